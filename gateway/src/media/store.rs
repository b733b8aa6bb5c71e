//! The bytes of media, by their SHA-256, in a folder of their own that no web server serves.
//!
//! A blob is written to a temporary file, synced, and moved to its place before anybody names it in a row. Everything
//! that touches files is in this one type, so that another store (S3 and the like) can take its place later.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures::{Stream, StreamExt};
use sha2::{Digest, Sha256};
use tokio::fs::{self, File};
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt, BufWriter};
use tokio_util::io::ReaderStream;

use crate::clock;

/// How many of a file's first bytes tell its type.
const HEAD: usize = 8 << 10;
/// How much is read or written at once, in bytes.
const CHUNK: usize = 256 << 10;

/// Bytes that are stored and synced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// Their SHA-256, 64 hex digits.
    pub sha256: String,
    /// How many they are.
    pub size: u64,
    /// The first 8 KiB of them, which tell the type.
    pub head: Bytes,
}

/// Why bytes could not be stored.
#[derive(Debug, thiserror::Error)]
pub enum StoreFailure<E> {
    /// Who brought them failed.
    #[error("the bytes did not arrive")]
    Source(E),
    /// They are more than allowed.
    #[error("expected at most {limit} bytes, found more")]
    TooLarge {
        /// The largest allowed number.
        limit: u64,
    },
    /// The disk failed.
    #[error("the media store: {0}")]
    Disk(#[from] io::Error),
}

/// The folder of the media. Cheap to clone.
#[derive(Clone, Debug)]
pub struct MediaStore {
    folder: Arc<Path>,
}

impl MediaStore {
    /// Opens the folder, creates it where it is missing, and sweeps away what a crash left half-written.
    pub fn open(folder: impl Into<PathBuf>) -> io::Result<Self> {
        let folder: PathBuf = folder.into();
        let half_written = folder.join("tmp");
        if half_written.exists() {
            std::fs::remove_dir_all(&half_written)?;
        }
        std::fs::create_dir_all(&half_written)?;
        std::fs::create_dir_all(folder.join("blobs"))?;
        std::fs::create_dir_all(folder.join("previews"))?;
        Ok(Self { folder: folder.into() })
    }

    /// Stores a stream of at most `limit` bytes; never holds more than one chunk of it. The bytes are durable when this
    /// returns.
    pub async fn store_stream<S, E>(&self, stream: S, limit: u64) -> Result<Blob, StoreFailure<E>>
    where
        S: Stream<Item = Result<Bytes, E>>,
    {
        let path = self.folder.join("tmp").join(clock::token::<16>());
        let stored = self.write(&path, stream, limit).await;
        if stored.is_err() {
            // It may never have been created; what stays is swept away at the next start.
            let _ = fs::remove_file(&path).await;
        }
        stored
    }

    async fn write<S, E>(&self, path: &Path, stream: S, limit: u64) -> Result<Blob, StoreFailure<E>>
    where
        S: Stream<Item = Result<Bytes, E>>,
    {
        let mut file = BufWriter::with_capacity(CHUNK, File::create(path).await?);
        let mut stream = std::pin::pin!(stream);
        let (mut hash, mut size, mut head) = (Sha256::new(), 0_u64, Vec::new());
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(StoreFailure::Source)?;
            size += chunk.len() as u64;
            if size > limit {
                return Err(StoreFailure::TooLarge { limit });
            }
            hash.update(&chunk);
            head.extend_from_slice(&chunk[..chunk.len().min(HEAD - head.len())]);
            file.write_all(&chunk).await?;
        }
        file.flush().await?;
        file.into_inner().sync_all().await?;
        let sha256 = hex(&hash.finalize());
        self.settle(path, &self.blob(&sha256)).await?;
        Ok(Blob { sha256, size, head: Bytes::from(head) })
    }

    /// Moves a synced file to its place, and syncs the folder that names it.
    async fn settle(&self, from: &Path, to: &Path) -> io::Result<()> {
        let drawer = to.parent().expect("a blob lies in a drawer");
        let is_new = !fs::try_exists(drawer).await?;
        fs::create_dir_all(drawer).await?;
        fs::rename(from, to).await?;
        File::open(drawer).await?.sync_all().await?;
        if let (true, Some(above)) = (is_new, drawer.parent()) {
            File::open(above).await?.sync_all().await?;
        }
        Ok(())
    }

    /// Stores bytes that are in memory already, and returns their SHA-256 once they are durable.
    pub async fn put_bytes(&self, bytes: &[u8]) -> io::Result<String> {
        let one = futures::stream::once(async { Ok::<_, io::Error>(Bytes::copy_from_slice(bytes)) });
        match self.store_stream(one, u64::MAX).await {
            Ok(blob) => Ok(blob.sha256),
            Err(StoreFailure::Source(error) | StoreFailure::Disk(error)) => Err(error),
            Err(StoreFailure::TooLarge { .. }) => Err(io::ErrorKind::FileTooLarge.into()),
        }
    }

    /// The whole bytes of a blob; for what is known to be small.
    pub async fn read_bytes(&self, sha256: &str) -> io::Result<Bytes> {
        fs::read(self.blob(sha256)).await.map(Bytes::from)
    }

    /// The bytes of a blob, chunk by chunk, and how many they are.
    pub async fn stream(
        &self,
        sha256: &str,
    ) -> io::Result<(impl Stream<Item = io::Result<Bytes>> + Send + use<>, u64)> {
        let file = File::open(self.blob(sha256)).await?;
        let size = file.metadata().await?.len();
        Ok((ReaderStream::with_capacity(file, CHUNK), size))
    }

    /// `length` bytes of a blob from `start` on.
    pub async fn range(
        &self,
        sha256: &str,
        start: u64,
        length: u64,
    ) -> io::Result<impl Stream<Item = io::Result<Bytes>> + Send + use<>> {
        let mut file = File::open(self.blob(sha256)).await?;
        file.seek(io::SeekFrom::Start(start)).await?;
        Ok(ReaderStream::with_capacity(file.take(length), CHUNK))
    }

    /// Where a blob's bytes lie; for readers that need a file.
    pub(super) fn blob(&self, sha256: &str) -> PathBuf {
        self.shelf("blobs", sha256)
    }

    /// Where a blob's small picture lies, once it was made.
    pub(super) fn preview(&self, sha256: &str) -> PathBuf {
        self.shelf("previews", sha256).with_extension("jpg")
    }

    /// Stores a small picture that was made of a blob.
    pub(super) async fn put_preview(&self, sha256: &str, jpeg: &[u8]) -> io::Result<()> {
        let path = self.folder.join("tmp").join(clock::token::<16>());
        fs::write(&path, jpeg).await?;
        self.settle(&path, &self.preview(sha256)).await
    }

    /// Hashes come from our own rows; whatever else they hold, they cannot leave the folder.
    fn shelf(&self, kind: &str, sha256: &str) -> PathBuf {
        let is_hash = sha256.len() == 64 && sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
        let name = if is_hash { sha256 } else { "none" };
        self.folder.join(kind).join(&name[..2]).join(name)
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes everything");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunks(parts: &[&'static str]) -> impl Stream<Item = Result<Bytes, io::Error>> {
        futures::stream::iter(
            parts.iter().map(|part| Ok(Bytes::from_static(part.as_bytes()))).collect::<Vec<_>>(),
        )
    }

    #[tokio::test]
    async fn equal_bytes_lie_once_and_come_back_whole_or_in_part() {
        let folder = tempfile::tempdir().unwrap();
        let store = MediaStore::open(folder.path()).unwrap();
        let blob = store.store_stream(chunks(&["na", "ru"]), 4).await.unwrap();
        assert_eq!(store.put_bytes(b"naru").await.unwrap(), blob.sha256);
        assert_eq!((blob.size, &blob.head[..]), (4, &b"naru"[..]));
        assert_eq!(&store.read_bytes(&blob.sha256).await.unwrap()[..], b"naru");
        let part: Vec<_> = store.range(&blob.sha256, 1, 2).await.unwrap().collect().await;
        assert_eq!(part.into_iter().map(Result::unwrap).collect::<Vec<_>>().concat(), b"ar");
    }

    #[tokio::test]
    async fn what_is_too_large_or_breaks_off_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = MediaStore::open(folder.path()).unwrap();
        let large = store.store_stream(chunks(&["na", "ru"]), 3).await;
        assert!(matches!(large, Err(StoreFailure::TooLarge { limit: 3 })));
        let broken = futures::stream::iter([Ok(Bytes::from_static(b"x")), Err("gone")]);
        assert!(matches!(store.store_stream(broken, 9).await, Err(StoreFailure::Source("gone"))));
        assert_eq!(std::fs::read_dir(folder.path().join("tmp")).unwrap().count(), 0);
        assert_eq!(std::fs::read_dir(folder.path().join("blobs")).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn a_hash_that_is_none_stays_inside_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let store = MediaStore::open(folder.path()).unwrap();
        for name in ["../../etc/passwd", "", "가"] {
            assert!(store.blob(name).starts_with(folder.path().join("blobs")));
            assert!(store.read_bytes(name).await.is_err());
        }
    }
}
