//! Packs again what came packed.

use std::io::{self, Write};

use crate::read::unpack::Packing;

/// Where xz stands between speed and size: its own default.
const XZ_LEVEL: u32 = 6;

/// Packs what is written to it.
pub(super) enum Packer<'o> {
    Gzip(flate2::write::GzEncoder<&'o mut (dyn Write + Send + 'o)>),
    Zstd(zstd::stream::write::Encoder<'static, &'o mut (dyn Write + Send + 'o)>),
    Xz(liblzma::write::XzEncoder<&'o mut (dyn Write + Send + 'o)>),
    Bzip2(bzip2::write::BzEncoder<&'o mut (dyn Write + Send + 'o)>),
}

impl<'o> Packer<'o> {
    pub(super) fn new(packing: Packing, out: &'o mut (dyn Write + Send + 'o)) -> io::Result<Self> {
        Ok(match packing {
            Packing::Gzip => Self::Gzip(flate2::write::GzEncoder::new(
                out,
                flate2::Compression::default(),
            )),
            Packing::Zstd => Self::Zstd(zstd::stream::write::Encoder::new(
                out,
                zstd::DEFAULT_COMPRESSION_LEVEL,
            )?),
            Packing::Xz => Self::Xz(liblzma::write::XzEncoder::new(out, XZ_LEVEL)),
            Packing::Bzip2 => Self::Bzip2(bzip2::write::BzEncoder::new(
                out,
                bzip2::Compression::best(),
            )),
        })
    }

    /// Writes the end.
    pub(super) fn finish(self) -> io::Result<()> {
        match self {
            Self::Gzip(e) => e.finish().map(|_| ()),
            Self::Zstd(e) => e.finish().map(|_| ()),
            Self::Xz(e) => e.finish().map(|_| ()),
            Self::Bzip2(e) => e.finish().map(|_| ()),
        }
    }
}

impl Write for Packer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Gzip(e) => e.write(bytes),
            Self::Zstd(e) => e.write(bytes),
            Self::Xz(e) => e.write(bytes),
            Self::Bzip2(e) => e.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Gzip(e) => e.flush(),
            Self::Zstd(e) => e.flush(),
            Self::Xz(e) => e.flush(),
            Self::Bzip2(e) => e.flush(),
        }
    }
}
