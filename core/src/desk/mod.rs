//! The inbox core: what a conversation does when something happens to it.
