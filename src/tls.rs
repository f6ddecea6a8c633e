//! TLS, for clients that accept nothing else: a certificate authority of our own, made on first use,
//! and the certificate that it signs at every start. Its dates are the wall's, as its readers' are.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::{RootCertStore, ServerConfig};

use crate::kernel::Timestamp;

/// The authority's certificate in the folder that keeps it: what clients are told to trust.
pub const CERTIFICATE_FILE: &str = "ca.pem";
/// The authority's certificate and key in one file, so that nobody ever sees one without the other.
const AUTHORITY_FILE: &str = "authority.pem";
/// How long an authority lasts, in days.
const AUTHORITY_DAYS: i64 = 3650;
/// How long a certificate lasts, in days: the most that Apple's clients take.
const CERTIFICATE_DAYS: i64 = 825;
/// A client's clock may be this many days behind.
const SKEW_DAYS: i64 = 1;
/// The protocols that are offered, the best one first.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// What a server proves itself with.
pub struct Identity {
    /// The authority's certificate, as PEM.
    pub authority: Arc<str>,
    /// How connections are taken.
    pub config: Arc<ServerConfig>,
}

/// Why there is no identity.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read or written.
    #[error("{file}: {1}", file = .0.display())]
    File(PathBuf, io::Error),
    /// The kept authority is none, or not one whose certificates clients would take.
    #[error("{file} holds no authority that can be used: {1}", file = .0.display())]
    Kept(PathBuf, String),
    /// A name cannot stand in a certificate, or something like it.
    #[error("no certificate can be made: {0}")]
    Made(#[from] rcgen::Error),
    /// The certificate would not be taken.
    #[error("the certificate would not be taken: {0}")]
    Refused(#[from] rustls::Error),
}

impl Identity {
    /// An identity under all of `names`, from the authority that `folder` keeps, which is made when
    /// there is none; without a folder the authority lives as long as the process.
    ///
    /// # Errors
    /// When the folder holds something else, cannot be written to, or a name is none.
    pub fn new(folder: Option<&Path>, names: Vec<String>, now: Timestamp) -> Result<Self, TlsError> {
        let authority = match folder {
            Some(folder) => Authority::kept_in(folder, now)?,
            None => Authority::new(now)?,
        };
        let key = KeyPair::generate()?;
        let certificate = authority.sign(names, &key, now)?;
        let provider = Arc::new(ring::default_provider());
        if let Err(why) = authority.vouches_for(&certificate, &provider, now) {
            return Err(match folder {
                Some(folder) => TlsError::Kept(folder.join(AUTHORITY_FILE), why.to_string()),
                None => TlsError::Refused(why),
            });
        }
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let mut config = config.with_no_client_auth().with_single_cert(vec![certificate], key)?;
        config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
        Ok(Self { authority: authority.pem().into(), config: Arc::new(config) })
    }
}

/// The names that a certificate always carries: this machine's own, and every host pattern of a
/// vendor, where any one label may stand for the tenant.
pub fn names<'p>(patterns: impl Iterator<Item = &'p str>) -> Vec<String> {
    let own = [Ipv4Addr::LOCALHOST.into(), IpAddr::from(Ipv6Addr::LOCALHOST)].map(|address| address.to_string());
    let own = ["localhost".to_owned()].into_iter().chain(own);
    own.chain(patterns.map(|pattern| pattern.replace("{tenant}", "*"))).collect()
}

struct Authority {
    certificate: CertificateDer<'static>,
    key: KeyPair,
}

impl Authority {
    fn new(now: Timestamp) -> Result<Self, TlsError> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "Rolecall's own certificate authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        lasting(&mut params, now, AUTHORITY_DAYS);
        let key = KeyPair::generate()?;
        Ok(Self { certificate: params.self_signed(&key)?.der().clone(), key })
    }

    /// Several servers that start at once on an empty folder agree on one.
    fn kept_in(folder: &Path, now: Timestamp) -> Result<Self, TlsError> {
        let place = folder.join(AUTHORITY_FILE);
        if !exists(&place)? {
            fs::create_dir_all(folder).map_err(|why| TlsError::File(folder.to_owned(), why))?;
            keep(&place, &Self::new(now)?)?;
        }
        let text = fs::read(&place).map_err(|why| TlsError::File(place.clone(), why))?;
        let authority = Self::read(&text).map_err(|why| TlsError::Kept(place, why))?;
        let shown = folder.join(CERTIFICATE_FILE);
        replace(&shown, authority.pem().as_bytes())?;
        Ok(authority)
    }

    fn read(text: &[u8]) -> Result<Self, String> {
        let certificate = CertificateDer::from_pem_slice(text).map_err(|why| format!("its certificate: {why}"))?;
        let key = PrivatePkcs8KeyDer::from_pem_slice(text).map_err(|why| format!("its key: {why}"))?;
        let key = KeyPair::try_from(&key).map_err(|why| format!("its key: {why}"))?;
        Ok(Self { certificate, key })
    }

    fn sign(&self, names: Vec<String>, key: &KeyPair, now: Timestamp) -> Result<CertificateDer<'static>, TlsError> {
        let mut params = CertificateParams::new(names)?;
        params.distinguished_name.push(DnType::CommonName, "Rolecall");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        lasting(&mut params, now, CERTIFICATE_DAYS);
        let issuer = Issuer::from_ca_cert_der(&self.certificate, &self.key)?;
        Ok(params.signed_by(key, &issuer)?.der().clone())
    }

    /// Looks at the certificate as a client would: a kept authority may be none, or not go with its key.
    fn vouches_for(
        &self,
        certificate: &CertificateDer<'_>,
        provider: &Arc<CryptoProvider>,
        now: Timestamp,
    ) -> Result<(), rustls::Error> {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone())?;
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider));
        let verifier = verifier.build().map_err(|why| rustls::Error::General(why.to_string()))?;
        let now = UnixTime::since_unix_epoch(Duration::from_secs(now.as_seconds().unsigned_abs()));
        let here = ServerName::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST).into());
        verifier.verify_server_cert(certificate, &[], &here, &[], now).map(drop)
    }

    fn pem(&self) -> String {
        pem::encode(&pem::Pem::new("CERTIFICATE", self.certificate.as_ref()))
    }
}

fn lasting(params: &mut CertificateParams, now: Timestamp, days: i64) {
    let now = DateTime::<Utc>::from_timestamp(now.as_seconds(), 0).unwrap_or_default();
    let day = |days| {
        let date = now + TimeDelta::days(days);
        // Months and days are below 32.
        date_time_ymd(date.year(), date.month() as u8, date.day() as u8)
    };
    (params.not_before, params.not_after) = (day(-SKEW_DAYS), day(days - SKEW_DAYS));
}

fn exists(place: &Path) -> Result<bool, TlsError> {
    place.try_exists().map_err(|why| TlsError::File(place.to_owned(), why))
}

/// Writes the authority unless somebody else was faster; nobody ever reads half of it.
fn keep(place: &Path, authority: &Authority) -> Result<(), TlsError> {
    let text = format!("{}{}", authority.pem(), authority.key.serialize_pem());
    let draft = draft(place);
    let kept = write_secret(&draft, text.as_bytes()).and_then(|()| match fs::hard_link(&draft, place) {
        Err(why) if why.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    });
    // It may not have come into being.
    let _ = fs::remove_file(&draft);
    kept.map_err(|why| TlsError::File(place.to_owned(), why))
}

fn replace(place: &Path, text: &[u8]) -> Result<(), TlsError> {
    let draft = draft(place);
    let replaced = fs::write(&draft, text).and_then(|()| fs::rename(&draft, place));
    replaced.map_err(|why| TlsError::File(place.to_owned(), why))
}

/// A name beside `place` that no other process uses.
fn draft(place: &Path) -> PathBuf {
    place.with_extension(format!("{}.draft", std::process::id()))
}

fn write_secret(place: &Path, text: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(place)?.write_all(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-01-05T09:00:00Z".parse().unwrap()
    }

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("rolecall-tls-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder
    }

    fn here() -> Vec<String> {
        names(["{tenant}.example.com"].into_iter())
    }

    #[test]
    fn host_patterns_become_wildcards_beside_this_machines_names() {
        assert_eq!(here(), ["localhost", "127.0.0.1", "::1", "*.example.com"]);
    }

    #[test]
    fn without_a_folder_every_identity_has_an_authority_of_its_own() {
        let authority = || Identity::new(None, here(), now()).unwrap().authority;
        assert_ne!(authority(), authority());
    }

    #[test]
    fn a_folder_keeps_one_authority_and_shows_its_certificate_alone() {
        let folder = folder("kept");
        let authority = || Identity::new(Some(&folder), here(), now()).unwrap().authority;
        let first = authority();
        assert_eq!(authority(), first);
        assert_eq!(fs::read_to_string(folder.join(CERTIFICATE_FILE)).unwrap(), *first);
        assert!(!first.contains("PRIVATE"));
        let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name()).collect();
        files.sort();
        assert_eq!(files, [AUTHORITY_FILE, CERTIFICATE_FILE]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.join(AUTHORITY_FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0);
        }
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn whoever_comes_second_takes_the_first_ones_authority() {
        let folder = folder("race");
        fs::create_dir_all(&folder).unwrap();
        let place = folder.join(AUTHORITY_FILE);
        let (one, other) = (Authority::new(now()).unwrap(), Authority::new(now()).unwrap());
        keep(&place, &one).unwrap();
        keep(&place, &other).unwrap();
        assert_eq!(Authority::kept_in(&folder, now()).unwrap().pem(), one.pem());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn an_authority_whose_certificates_nobody_would_take_is_refused() {
        let folder = folder("useless");
        Identity::new(Some(&folder), here(), now()).unwrap();
        let place = folder.join(AUTHORITY_FILE);
        let refused = || match Identity::new(Some(&folder), here(), now()) {
            Err(TlsError::Kept(file, why)) if file == place => why,
            Err(why) => panic!("{why}"),
            Ok(_) => panic!("it was taken"),
        };
        let (one, other) = (Authority::new(now()).unwrap(), Authority::new(now()).unwrap());
        fs::write(&place, format!("{}{}", one.pem(), other.key.serialize_pem())).unwrap();
        assert!(refused().contains("BadSignature"));
        fs::write(&place, one.pem()).unwrap();
        assert!(refused().contains("key"));
        fs::write(&place, "nothing of the kind").unwrap();
        assert!(refused().contains("certificate"));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_name_that_is_none_is_refused() {
        let refused = Identity::new(None, vec!["naïve".to_owned()], now());
        assert!(matches!(refused, Err(TlsError::Made(_))));
    }
}
