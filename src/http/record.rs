//! An exchange while it is under way, kept when it is over: in the journal, and in a recording.

use std::sync::Arc;

use super::journal::{Headers, Responded};
use super::memo::Answer;
use super::recording::{Asked, Deed, Said, Scribe};
use super::visit::Notes;
use super::{Exchange, Journal};
use crate::kernel::clock::Stopwatch;
use crate::world::Sheet;

/// An exchange under way, kept when it is over: when it is answered, or when its client goes away.
pub(super) struct Record {
    journal: Arc<Journal>,
    notes: Arc<Notes>,
    watch: Stopwatch,
    exchange: Arc<Exchange>,
    /// Whether it is known what reached the client.
    is_seen: bool,
    kept: Option<Kept>,
}

/// What a recording says of an exchange besides what the journal does.
struct Kept {
    scribe: Arc<dyn Scribe>,
    tenant: Arc<str>,
    sheet: Sheet,
    asked: Asked,
}

impl Kept {
    fn note(self, exchange: &Exchange, left: bool) {
        let Self { scribe, tenant, sheet, mut asked } = self;
        let moments = sheet.moments();
        if moments.is_empty() {
            return;
        }
        asked.body = exchange.request_body.clone();
        scribe.note(Deed::Exchange {
            tenant,
            number: exchange.number,
            moments,
            request: asked,
            answer: exchange.response.as_ref().map(Said::of),
            left,
            fault: exchange.fault.clone(),
            commands: exchange.commands.clone(),
        });
    }
}

impl Record {
    /// A record of an exchange that begins.
    pub fn open(journal: Arc<Journal>, notes: Arc<Notes>, watch: Stopwatch, exchange: Exchange) -> Self {
        Self { journal, notes, watch, exchange: Arc::new(exchange), is_seen: false, kept: None }
    }

    /// Has `scribe` note it as well.
    pub fn keep_for(&mut self, scribe: Arc<dyn Scribe>, tenant: Arc<str>, asked: Asked) {
        self.kept = Some(Kept { scribe, tenant, sheet: Sheet::current(), asked });
    }

    /// What is known of it so far.
    pub fn seen(&self) -> &Exchange {
        &self.exchange
    }

    pub fn exchange(&mut self) -> &mut Exchange {
        Arc::make_mut(&mut self.exchange)
    }

    /// Ends it, with what reached the client.
    pub fn close(mut self, seen: Option<&Answer>) {
        self.exchange().response = seen.map(|answer| Responded {
            status: answer.status,
            headers: Headers::of(&answer.headers, &[]),
            body: Some(answer.body.clone()),
        });
        self.is_seen = true;
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let (took, notes) = (self.watch.elapsed(), Arc::clone(&self.notes));
        let exchange = self.exchange();
        exchange.took = took;
        exchange.caller = notes.caller.get().cloned();
        exchange.commands = std::mem::take(&mut *notes.commands.lock());
        if let Some(kept) = self.kept.take() {
            kept.note(&self.exchange, !self.is_seen);
        }
        self.journal.keep(Arc::clone(&self.exchange));
    }
}
