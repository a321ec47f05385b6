use super::*;

macro_rules! sample {
    ($name:literal) => {
        include_bytes!(concat!("../../../tests/support/pictures/", $name)).as_slice()
    };
}

/// What cameras, phones and programs make; each of the first three is full of what is not for
/// others to see.
const GOOD: [(&[u8], Kind); 10] = [
    (sample!("photo.png"), Kind::Png),
    (sample!("photo.jpg"), Kind::Jpeg),
    (sample!("photo.webp"), Kind::Webp),
    (sample!("palette.png"), Kind::Png),
    (sample!("alpha.png"), Kind::Png),
    (sample!("progressive.jpg"), Kind::Jpeg),
    (sample!("gray.jpg"), Kind::Jpeg),
    (sample!("cmyk.jpg"), Kind::Jpeg),
    (sample!("lossless.webp"), Kind::Webp),
    (sample!("alpha.webp"), Kind::Webp),
];

fn holds(file: &[u8], text: &[u8]) -> bool {
    file.windows(text.len()).any(|part| part == text)
}

#[test]
fn what_is_written_anew_is_a_picture_of_the_same_kind_that_stays_as_it_is() {
    for (file, kind) in GOOD {
        let picture = read(file).unwrap();
        assert_eq!(picture.kind, kind);
        assert!(picture.file.len() <= file.len(), "{kind:?}");
        assert_eq!(read(&picture.file).unwrap(), picture, "{kind:?}");
        assert_eq!(Kind::of_media_type(kind.media_type()), Some(kind));
    }
}

#[test]
fn places_names_comments_and_profiles_are_left_behind() {
    for (file, kind) in &GOOD[..3] {
        assert!(
            holds(file, b"SECRET"),
            "{kind:?}: there is something to lose"
        );
        let picture = read(file).unwrap();
        for left in [
            &b"SECRET"[..],
            b"tEXt",
            b"iTXt",
            b"eXIf",
            b"EXIF",
            b"XMP ",
            b"ICCP",
            b"iCCP",
            b"ICC_PROFILE",
        ] {
            assert!(!holds(&picture.file, left), "{kind:?}: {left:?}");
        }
    }
}

#[test]
fn of_what_a_camera_noted_only_which_way_up_is_kept() {
    let picture = read(sample!("photo.jpg")).unwrap();
    let exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    assert!(holds(&picture.file, exif), "{:?}", &picture.file[..80]);
    assert!(!holds(&read(sample!("gray.jpg")).unwrap().file, b"Exif"));
}

#[test]
fn what_was_added_before_between_or_after_is_gone_or_refused() {
    for (file, kind) in GOOD {
        let clean = read(file).unwrap();
        let mut behind = file.to_vec();
        behind.extend_from_slice(b"PK\x03\x04<script>alert(1)</script>");
        assert_eq!(read(&behind).unwrap(), clean, "{kind:?}");
        let mut before = b"<html>".to_vec();
        before.extend_from_slice(file);
        assert_eq!(read(&before), Err(NotTaken::Unknown));
    }
    let jpeg = sample!("gray.jpg");
    let mut between = jpeg[..2].to_vec();
    between.extend_from_slice(b"\xff\xfe\0\x0a<script>");
    between.extend_from_slice(&jpeg[2..]);
    assert_eq!(read(&between).unwrap(), read(jpeg).unwrap());
}

#[test]
fn every_file_that_breaks_off_is_refused() {
    for (file, kind) in GOOD {
        let whole = read(file).unwrap();
        for length in 0..file.len() {
            match read(&file[..length]) {
                // What is missing may be what is left behind anyhow.
                Ok(picture) => assert_eq!(picture, whole, "{kind:?} of {length} bytes"),
                Err(refused) => assert_ne!(refused, NotTaken::TooLarge),
            }
        }
        assert!(read(&file[..file.len() / 2]).is_err(), "{kind:?}");
    }
}

#[test]
fn other_kinds_are_refused_whatever_they_are_called() {
    for file in [
        &b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"[..],
        b"<?xml version='1.0'?><svg/>",
        b"<html><body>",
        b"GIF89a",
        sample!("other.gif"),
        b"BM",
        b"%PDF-1.7",
        b"RIFF\x04\0\0\0WAVE",
        b"",
    ] {
        assert_eq!(read(file), Err(NotTaken::Unknown));
    }
    assert_eq!(read(sample!("moving.webp")), Err(NotTaken::Broken));
}

#[test]
fn a_small_file_that_says_it_is_a_huge_picture_is_refused() {
    let mut jpeg = sample!("gray.jpg").to_vec();
    let frame = jpeg
        .windows(2)
        .position(|pair| pair == [0xff, 0xc0])
        .unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
    assert_eq!(read(&jpeg), Err(NotTaken::TooWide));
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0, 0, 0, 9]);
    assert_eq!(read(&jpeg), Err(NotTaken::Broken), "no height");
    let mut webp = sample!("lossless.webp").to_vec();
    // Fourteen bits of width, less one, after the signature of the image.
    let image = webp.iter().position(|byte| *byte == 0x2f).unwrap();
    webp[image + 1..image + 3].copy_from_slice(&[0xff, 0xff]);
    assert_eq!(read(&webp), Err(NotTaken::TooWide));
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\xff\xff\0\0\xff\xff\x08\x02\0\0\0".to_vec();
    let check = super::png::crc(b"IHDR", &png[16..29]);
    png.extend_from_slice(&check.to_be_bytes());
    assert_eq!(read(&png), Err(NotTaken::TooWide));
    assert_eq!(read(&vec![0; LARGEST + 1]), Err(NotTaken::TooLarge));
}

#[test]
fn a_picture_of_a_thousand_passes_is_refused() {
    let jpeg = sample!("gray.jpg");
    let scan = jpeg
        .windows(2)
        .position(|pair| pair == [0xff, 0xda])
        .unwrap();
    let end = jpeg.len() - 2;
    let mut many = jpeg[..scan].to_vec();
    for _ in 0..1000 {
        many.extend_from_slice(&jpeg[scan..scan + 10]);
    }
    many.extend_from_slice(&jpeg[end..]);
    assert_eq!(read(&many), Err(NotTaken::Broken));
}

proptest::proptest! {
    #[test]
    fn no_file_makes_it_stumble_and_what_is_taken_is_clean(
        which in 0..GOOD.len(),
        changes in proptest::collection::vec((0..700usize, proptest::num::u8::ANY), 1..8),
    ) {
        let mut file = GOOD[which].0.to_vec();
        for (at, byte) in changes {
            let at = at % file.len();
            file[at] = byte;
        }
        if let Ok(picture) = read(&file) {
            let again = read(&picture.file);
            proptest::prop_assert_eq!(again, Ok(picture));
        }
    }
}
