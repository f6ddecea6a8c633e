//! The file of a recording, written by a thread of its own.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::JoinHandle;

use std::sync::Arc;

use parking_lot::Mutex;

use super::{Deed, Scribe};

/// How many bytes may wait to be written. Past it deeds are dropped, and counted: no request waits for a disk.
pub const PENDING_MAX: usize = 64 << 20;

/// A file to which deeds are written as they come.
pub struct File {
    deeds: Mutex<Option<Sender<(Deed, usize)>>>,
    pending: Arc<AtomicUsize>,
    lost: Arc<AtomicU64>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

impl File {
    /// A new file, which only its owner may read; one that was there is emptied.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path)?;
        let (deeds, coming) = channel();
        let (pending, lost) = (Arc::<AtomicUsize>::default(), Arc::<AtomicU64>::default());
        let left = Arc::clone(&pending);
        let writer = std::thread::Builder::new().name("journal".to_owned()).spawn(move || {
            if let Err(cause) = write(file, &coming, &left) {
                tracing::error!(%cause, "the journal cannot be written, and ends here");
            }
        })?;
        Ok(Self { deeds: Mutex::new(Some(deeds)), pending, lost, writer: Mutex::new(Some(writer)) })
    }

    /// How many bytes wait to be written.
    pub fn pending(&self) -> usize {
        self.pending.load(Ordering::Relaxed)
    }

    /// Writes the last line, and waits until everything is written.
    pub fn end(&self) {
        let lost = self.lost.load(Ordering::Relaxed);
        if let Some(deeds) = self.deeds.lock().take() {
            // Nobody writes any more when this fails, and the log has said why.
            let _ = deeds.send((Deed::End { lost }, 0));
        }
        if let Some(writer) = self.writer.lock().take() {
            let _ = writer.join();
        }
    }
}

impl Scribe for File {
    fn note(&self, deed: Deed) {
        let weight = deed.weight();
        if self.pending.fetch_add(weight, Ordering::Relaxed) + weight > PENDING_MAX {
            self.pending.fetch_sub(weight, Ordering::Relaxed);
            if self.lost.fetch_add(1, Ordering::Relaxed) == 0 {
                tracing::warn!("the journal's disk is too slow: what follows cannot be replayed");
            }
            return;
        }
        if let Some(deeds) = &*self.deeds.lock() {
            let _ = deeds.send((deed, weight));
        }
    }
}

fn write(file: std::fs::File, coming: &Receiver<(Deed, usize)>, pending: &AtomicUsize) -> io::Result<()> {
    let mut file = BufWriter::with_capacity(256 << 10, file);
    loop {
        let next = match coming.try_recv() {
            Err(TryRecvError::Empty) => {
                file.flush()?;
                coming.recv().ok()
            }
            other => other.ok(),
        };
        let Some((deed, weight)) = next else { return file.flush() };
        serde_json::to_writer(&mut file, &deed)?;
        file.write_all(b"\n")?;
        drop(deed);
        pending.fetch_sub(weight, Ordering::Relaxed);
    }
}
