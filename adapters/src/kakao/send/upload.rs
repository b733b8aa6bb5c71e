//! Brings a medium to Kakao's servers, and reads from the answer where it lies there.

use naru_core::adapter::{Answer, Body, Call, FormField, Repeat};
use naru_core::content::MediaKind;
use naru_core::downgrade::MediaFacts;

use super::bubble::Wanted;
use crate::kakao::flavour::Flavour;
use crate::kakao::wire::Fields;

/// A medium on Kakao's servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Uploaded {
    /// Where it lies.
    pub(super) url: String,
    /// Its name, as the upload gave it back.
    pub(super) name: String,
    /// Its length in bytes, as the upload gave it back.
    pub(super) size: u64,
}

/// The call that uploads a medium. Making it twice does no harm: the first copy is forgotten.
pub(super) fn call(
    flavour: Flavour,
    base: &str,
    step: String,
    wanted: &Wanted<'_>,
    facts: &MediaFacts,
) -> Call {
    let bizgo = flavour == Flavour::Bizgo;
    let (path, field) = match (wanted.kind, bizgo) {
        (MediaKind::Image, false) => ("/image/upload", "image"),
        (_, false) => ("/file/upload", "file"),
        (MediaKind::Image, true) => ("/file/cstalk/image", "file"),
        (_, true) => ("/file/cstalk", "file"),
    };
    let mut fields: Vec<_> = purpose(flavour, wanted)
        .map(|(name, value)| FormField::Text { name: name.to_owned(), value: value.to_owned() })
        .into_iter()
        .collect();
    fields.push(FormField::Media {
        name: field.to_owned(),
        media: facts.id,
        file_name: facts.name.clone(),
        mime: facts.mime.clone(),
    });
    super::call(base, path, step, Repeat::Safe, Body::Multipart(fields))
}

/// What the upload says the medium is for.
fn purpose(flavour: Flavour, wanted: &Wanted<'_>) -> Option<(&'static str, &'static str)> {
    let kind = match wanted.kind {
        MediaKind::Image => None,
        MediaKind::Video => Some("video"),
        MediaKind::Audio => Some("audio"),
        MediaKind::File => Some("file"),
    };
    match (flavour, kind) {
        (Flavour::Direct | Flavour::HappytalkV1, None) => wanted.rich.then_some(("image_type", "link")),
        (Flavour::HappytalkV3, None) => wanted.rich.then_some(("image_type", "rich")),
        (Flavour::Bizgo, None) => wanted.rich.then_some(("imageType", "rich")),
        // The classic API has no bubble for videos: they travel as files.
        (Flavour::Direct, Some("video")) => Some(("file_type", "file")),
        (Flavour::Direct | Flavour::HappytalkV3, Some(kind)) => Some(("file_type", kind)),
        (Flavour::HappytalkV1, Some(_)) => None,
        (Flavour::Bizgo, Some(kind)) => Some(("fileType", kind)),
    }
}

/// Where the medium lies, read from a good answer; `None` where the answer does not say.
pub(super) fn read(flavour: Flavour, answer: &Answer, facts: &MediaFacts) -> Option<Uploaded> {
    let json = answer.json()?;
    let mut fields = Fields(json.as_object()?);
    if flavour == Flavour::Bizgo {
        let data = fields.object("data")?;
        fields = data.object("data").unwrap_or(data);
    }
    let first = |names: &[&str]| names.iter().find_map(|name| fields.text(name));
    let size = first(&["size", "fileSize"]).and_then(|digits| digits.parse().ok());
    Some(Uploaded {
        url: first(&["image", "file", "imgUrl", "fileUrl"])?,
        name: first(&["name", "fileName"]).unwrap_or_else(|| facts.name.clone()),
        size: size.unwrap_or(facts.bytes),
    })
}
