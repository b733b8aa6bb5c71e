//! The sentences that customers and agents read, in Korean and English.
