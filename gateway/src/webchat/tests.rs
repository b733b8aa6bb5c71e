//! The web chat over HTTP.
