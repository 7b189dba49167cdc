//! Unpacks what is packed as a whole: gzip, zstd, xz, bzip2. A file that unpacks to more than is plausible ends in an error.

use std::{
    fmt,
    io::{self, BufRead, BufReader, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// Bytes that a packed file may unpack to whatever its own size.
#[cfg(feature = "packed")]
const FREE: u64 = 64 << 20;
/// Beyond that, so many times the bytes read of it: text packs to a tenth, a table of one word over and over to a hundredth.
#[cfg(feature = "packed")]
const RATIO: u64 = 500;

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Gzip,
    Zstd,
    Xz,
    Bzip2,
}

impl Packing {
    /// Tells it by the first bytes.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        const SIGNATURES: [(&[u8], Packing); 4] = [
            (b"\x1F\x8B\x08", Packing::Gzip),
            (b"\x28\xB5\x2F\xFD", Packing::Zstd),
            (b"\xFD7zXZ\0", Packing::Xz),
            (b"BZh", Packing::Bzip2),
        ];
        let found = SIGNATURES
            .iter()
            .find(|(signature, _)| head.starts_with(signature))?;
        // `BZh` begins words too: the size of a block and the number pi follow it.
        let is_bzip2 = head.get(4..10).is_some_and(|pi| pi == b"1AY&SY");
        (found.1 != Packing::Bzip2 || is_bzip2).then_some(found.1)
    }

    /// The extensions that name it.
    pub(super) fn is_extension(extension: &str) -> bool {
        ["gz", "zst", "zstd", "xz", "bz2"].contains(&extension)
    }

    /// Unpacks `packed`; several packed streams after each other are one.
    #[cfg(feature = "packed")]
    pub(super) fn unpack<R: Read + Send + 'static>(
        self,
        packed: R,
    ) -> io::Result<Box<dyn Read + Send>> {
        let used = Arc::new(AtomicU64::new(0));
        let packed = Counted(packed, Arc::clone(&used));
        let decoder: Box<dyn Read + Send> = match self {
            Self::Gzip => Box::new(flate2::read::MultiGzDecoder::new(packed)),
            Self::Zstd => Box::new(zstd::stream::read::Decoder::new(packed)?),
            Self::Xz => Box::new(liblzma::read::XzDecoder::new_multi_decoder(packed)),
            Self::Bzip2 => Box::new(bzip2::read::MultiBzDecoder::new(packed)),
        };
        Ok(Box::new(Bounded::new(decoder, used)))
    }

    #[cfg(not(feature = "packed"))]
    pub(super) fn unpack<R: Read>(self, _: R) -> io::Result<Box<dyn Read + Send>> {
        let message = format!("it is packed by {self}, which this build does not read");
        Err(io::Error::other(message))
    }
}

impl fmt::Display for Packing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Xz => "xz",
            Self::Bzip2 => "bzip2",
        })
    }
}

/// Counts the bytes that are read.
pub(super) struct Counted<R>(pub(super) R, pub(super) Arc<AtomicU64>);

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.0.read(out)?;
        self.1.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// Ends in an error where more comes out than is plausible.
#[cfg(feature = "packed")]
pub(super) struct Bounded<D> {
    decoder: D,
    /// Packed bytes used so far.
    used: Arc<AtomicU64>,
    out: u64,
}

#[cfg(feature = "packed")]
impl<D> Bounded<D> {
    pub(super) fn new(decoder: D, used: Arc<AtomicU64>) -> Self {
        let out = 0;
        Self { decoder, used, out }
    }
}

#[cfg(feature = "packed")]
impl<D: Read> Read for Bounded<D> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.decoder.read(out)?;
        self.out += n as u64;
        let plausible = self.used.load(Ordering::Relaxed).saturating_mul(RATIO);
        if self.out > FREE && self.out > plausible {
            let message = format!("it unpacks to more than {RATIO} times its size");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        Ok(n)
    }
}

/// What a web server packed, unpacked, up to `limit` bytes and one more. None: it is of no known packing, or broken from the
/// start.
#[cfg(feature = "web")]
pub(super) fn unpack_body(encoding: &str, body: &[u8], limit: u64) -> Option<Vec<u8>> {
    let most = limit.saturating_add(1);
    let mut out = Vec::new();
    let read = match encoding {
        "gzip" | "x-gzip" => flate2::bufread::MultiGzDecoder::new(body)
            .take(most)
            .read_to_end(&mut out),
        "deflate" => {
            // The standard means zlib; many servers send the bare stream.
            let zlib = flate2::bufread::ZlibDecoder::new(body)
                .take(most)
                .read_to_end(&mut out);
            if zlib.is_err() && out.is_empty() {
                flate2::bufread::DeflateDecoder::new(body)
                    .take(most)
                    .read_to_end(&mut out)
            } else {
                zlib
            }
        }
        "br" => brotli_decompressor::Decompressor::new(body, 4096)
            .take(most)
            .read_to_end(&mut out),
        #[cfg(feature = "packed")]
        "zstd" => zstd::stream::read::Decoder::with_buffer(body)
            .ok()?
            .take(most)
            .read_to_end(&mut out),
        _ => return None,
    };
    // What came before a break is still text.
    (read.is_ok() || !out.is_empty()).then_some(out)
}

/// Buffers `reader` as files are read.
pub(super) fn buffered(reader: Box<dyn Read + Send>) -> Box<dyn BufRead + Send> {
    Box::new(BufReader::with_capacity(256 << 10, reader))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(feature = "packed")]
    fn more_than_is_plausible_is_an_error() {
        let bomb = io::repeat(b'a').take(FREE + 1);
        let used = |n| Arc::new(AtomicU64::new(n));
        let mut out = Bounded::new(bomb, used(1000));
        let error = io::copy(&mut out, &mut io::sink()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "it unpacks to more than 500 times its size"
        );
        let mut fair = Bounded::new(io::repeat(b'a').take(FREE + 1), used(FREE / 10));
        assert_eq!(io::copy(&mut fair, &mut io::sink()).unwrap(), FREE + 1);
    }

    #[test]
    fn packings_are_told_by_their_signatures() {
        assert_eq!(Packing::of(b"\x1F\x8B\x08\0"), Some(Packing::Gzip));
        assert_eq!(Packing::of(b"BZh91AY&SY"), Some(Packing::Bzip2));
        assert_eq!(Packing::of(b"BZh is no word"), None);
        assert_eq!(Packing::of(b""), None);
    }
}
