//! The webhook listener: finds the channel, verifies on the raw bytes, writes the journal, acknowledges.
