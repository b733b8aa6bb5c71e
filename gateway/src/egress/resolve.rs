//! Names to addresses: what a name resolves to is checked, and exactly what was checked is called.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use futures::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::guard::{Forbidden, Reach, forbidden};

/// Asks for the addresses of a name. Tests bring their own.
pub trait Lookup: Send + Sync {
    /// Every address of the name.
    fn lookup(&self, name: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// Asks the operating system.
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup(&self, name: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// Hands the connector only addresses that may be called.
#[derive(Clone)]
pub(super) struct GuardedResolver {
    pub(super) lookup: Arc<dyn Lookup>,
    pub(super) reach: Reach,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (lookup, reach) = (Arc::clone(&self.lookup), self.reach);
        let name = name.as_str().to_owned();
        Box::pin(async move {
            let found = lookup.lookup(name.clone()).await?;
            let allowed = filter(&name, found, reach)?;
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

fn filter(name: &str, found: Vec<IpAddr>, reach: Reach) -> Result<Vec<SocketAddr>, Forbidden> {
    let mut refused = None;
    let allowed: Vec<SocketAddr> = found
        .into_iter()
        .filter(|address| {
            let what = forbidden(*address, reach);
            refused = refused.or(what);
            what.is_none()
        })
        .map(|address| SocketAddr::new(address, 0))
        .collect();
    match refused {
        Some(what) if allowed.is_empty() => Err(Forbidden::Network { host: name.to_owned(), what }),
        _ => Ok(allowed),
    }
}
