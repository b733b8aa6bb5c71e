//! Kakao 상담톡, over a dealer or directly.
