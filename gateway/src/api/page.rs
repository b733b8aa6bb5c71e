//! Pages of lists: `?limit=` from 1 to 200 (default 50), `?cursor=` from the page before.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::problem::{Problem, Result};

/// The parameters of every list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PageParams {
    /// How many items, 1 to 200.
    #[param(value_type = Option<u32>, example = 50)]
    pub limit: Option<String>,
    /// Where the page before ended.
    pub cursor: Option<String>,
}

impl PageParams {
    /// The number of items.
    pub(super) fn limit(&self) -> Result<usize> {
        match &self.limit {
            None => Ok(50),
            Some(text) => text.parse().ok().filter(|limit| (1..=200).contains(limit)).ok_or_else(|| {
                Problem::at("/limit", format!("expected a number from 1 to 200, found \"{text}\""))
            }),
        }
    }

    /// The keys after which the page begins.
    pub(super) fn after<K: DeserializeOwned>(&self) -> Result<Option<K>> {
        let Some(cursor) = &self.cursor else { return Ok(None) };
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
        let keys = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        keys.map(Some).ok_or_else(|| {
            Problem::at("/cursor", "expected the next_cursor of a page before, found another text")
        })
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// The cursor of the next page; `null` on the last one.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// A page made of one item more than asked for, where there is one: `key` gives the last shown item's keys.
    pub(super) fn of<K: Serialize>(mut items: Vec<T>, limit: usize, key: impl Fn(&T) -> K) -> Self {
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = items.last().filter(|_| more).map(|last| cursor_of(&key(last)));
        Self { items, next_cursor }
    }

    /// A list that fits one page.
    pub(super) fn whole(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }
}

/// A cursor that holds these keys.
pub(super) fn cursor_of<K: Serialize>(keys: &K) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(keys).expect("keys are JSON"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_ends_with_the_cursor_of_its_last_item() {
        let page = Page::of(vec![1, 2, 3], 2, |item| *item);
        assert_eq!(page.items, [1, 2]);
        let params = PageParams { limit: None, cursor: page.next_cursor };
        assert_eq!(params.after::<i32>().unwrap(), Some(2));
        assert_eq!(Page::of(vec![1, 2], 2, |item| *item).next_cursor, None);
    }

    #[test]
    fn limits_outside_1_to_200_and_foreign_cursors_are_refused() {
        for limit in ["0", "201", "-1", "many", ""] {
            assert_eq!(
                PageParams { limit: Some(limit.into()), cursor: None }.limit().unwrap_err().status,
                422
            );
        }
        for cursor in ["", "x", "e30"] {
            let params = PageParams { limit: None, cursor: Some(cursor.into()) };
            assert_eq!(params.after::<(i64, String)>().unwrap_err().status, 422);
        }
    }
}
