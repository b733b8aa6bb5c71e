//! The played LINE refuses what LINE refuses; and Naru's own adapter can talk to it.
