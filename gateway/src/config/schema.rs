//! The JSON Schema of `naru.toml`, made from the types.

use super::Config;

/// The schema, as it lies in `config/naru.schema.json`.
pub fn schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Config).to_value();
    if let Some(document) = schema.as_object_mut() {
        document.insert("title".to_owned(), "Naru".into());
        // Every option has a default, so none must be written.
        forget_required(document);
        let sections = document.get_mut("$defs").and_then(serde_json::Value::as_object_mut);
        for section in sections.into_iter().flat_map(serde_json::Map::values_mut) {
            if let Some(section) = section.as_object_mut() {
                forget_required(section);
            }
        }
    }
    schema
}

fn forget_required(object: &mut serde_json::Map<String, serde_json::Value>) {
    object.remove("required");
}
