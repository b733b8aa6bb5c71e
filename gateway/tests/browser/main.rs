//! The first ten minutes, walked in a real browser: in Korean and English, at 1280 and 360 pixels.
//!
//! Without Chromium these tests say so and pass; `NARU_TEST_REQUIRE=chromium` makes its absence a failure. With
//! `NARU_TEST_PICTURES=docs/pictures` (from the repository's root) the pictures of the guides are written anew.

mod cdp;
mod walk;
