"""Pictures, sounds and texts that are as they should be: what is read from them, value by value."""

import numpy as np
import pytest

from core.uploads.parse.decode import decode
from core.uploads.parse.format import Format
from core.uploads.reading import read_upload
from tests import files
from tests.files import close, told

# ----------------------------------------------------------------------------------------------------------- pictures


@pytest.mark.parametrize("format", ["PNG", "GIF", "BMP", "TIFF", "WEBP", "JPEG"])
def test_pictures_of_any_format_are_labelled_by_folder(format):
    grey = {f"some/{'ab'[i % 2]}/{i:02}.x": np.full((8, 8), 8 * i, np.uint8) for i in range(24)}
    upload = read_upload("p.zip", files.zipped({name: files.picture(x, format) for name, x in grey.items()}))
    assert upload.spec.shape == (1, 8, 8)
    assert upload.spec.label_names == ("a", "b")
    assert upload.y.tolist() == [0, 1] * 12
    expected = np.stack(list(grey.values()))[:, None] / 255
    assert np.abs(upload.x.numpy() - expected).max() < (3 / 255 if format in ("WEBP", "JPEG") else 1e-6)


def test_pictures_are_made_grey_coloured_or_smaller():
    data = files.zipped(files.pictures(24, 16, 3))
    grey, small = read_upload("p.zip", data, colours="grey"), read_upload("p.zip", data, side=8)
    pixels = np.stack([files.pixels(i, 16, 3) for i in range(24)]) / 255
    assert close(grey.x[:, 0], pixels @ [0.299, 0.587, 0.114])
    assert small.spec.shape == (3, 8, 8)
    assert read_upload("p.zip", files.zipped(files.pictures())).spec.levels == 256
    assert small.spec.levels is None
    # Shrinking keeps how bright a picture is.
    assert np.allclose(small.x.mean(dim=(2, 3)), pixels.mean(axis=(1, 2)), atol=0.02)
    assert read_upload("p.zip", files.zipped(files.pictures()), colours="colour").spec.shape == (3, 8, 8)


@pytest.mark.parametrize(("brightest", "becomes_one"), [(1, 1), (16, 16), (127, 127), (128, 255), (255, 255)])
@pytest.mark.parametrize("kind", ["bytes", "numbers", "table", "zip"])
def test_pictures_are_scaled_by_what_their_pixels_reach(kind, brightest, becomes_one):
    x = np.random.default_rng(0).integers(0, brightest + 1, (30, 8, 8), dtype=np.uint8)
    x[0, 0, 0] = brightest
    upload = {
        "bytes": lambda: read_upload("a.npy", files.npy(x)),
        "numbers": lambda: read_upload("a.npy", files.npy(x.astype(np.int64))),
        "table": lambda: read_upload("a.csv", files.csv(x.reshape(30, 64)), read_as="pictures"),
        "zip": lambda: read_upload("a.zip", files.zipped({f"{i:02}.png": files.picture(x[i]) for i in range(30)})),
    }[kind]()
    assert close(upload.x[:, 0], x / becomes_one)
    if kind == "numbers" or becomes_one < 255:
        assert f"0 to {becomes_one} became 0 … 1" in told(upload, f"The brightest pixel is {brightest}")


# ----------------------------------------------------------------------------------------------------- sound and text


@pytest.mark.parametrize("bits", [8, 16, 24, 32])
def test_sounds_of_any_width_are_cut_into_frames(bits):
    tone = files.tone(2.1)
    upload = read_upload("s.wav", files.wav(tone, bits=bits), window=16)
    assert upload.spec.shape == (16, 32)
    assert upload.spec.sample_rate == 8000
    assert upload.spec.rendering == "sound"
    expected = files.without_borders(tone[: 32 * 512].reshape(32, 16, 32))
    assert np.abs(upload.x.numpy() - expected).max() < 1.1 / 2 ** (bits - 2) + 1e-6


def test_sounds_are_mixed_and_resampled():
    left, right = files.tone(3, 24_000), files.tone(3, 24_000, 880)
    upload = read_upload("s.wav", files.wav(np.stack([left, right], 1), 24_000), window=16)
    expected = (files.tone(3) + files.tone(3, pitch=880)) / 2
    heard, windows = upload.x.numpy(), len(expected) // 512
    expected = files.without_borders(expected[: windows * 512].reshape(windows, 16, 32))
    # The resampling filter rings at the beginning.
    assert np.abs(heard - expected).reshape(-1)[100:].max() < 0.01
    assert told(upload, "2 channels")
    assert told(upload, "Resampled from 24,000 to 8,000 Hz")


def test_rate_and_channel_of_a_sound_are_what_is_said():
    left, right = files.tone(3, 24_000), files.tone(3, 24_000, 880)
    data = files.wav(np.stack([left, right], 1), 24_000)
    assert decode("s.wav", data).asks == ("rate", "channel")
    for channel, expected in (("mixed", (left + right) / 2), ("first", left), ("second", right)):
        raw = decode("s.wav", data, Format(rate=44_100, channel=channel))
        assert raw.rate == 24_000
        assert np.allclose(raw.values, expected, atol=1e-3)
    assert len(decode("s.wav", data, Format(rate=4_000)).values) == 12_000
    alone = decode("s.wav", files.wav(files.tone(3)), Format(channel="second"))
    assert (len(alone.values), alone.asks) == (24_000, ("rate",))


@pytest.mark.parametrize(
    ("seconds", "amplitudes"), [(0.0, 2400), (0.2, 1600), (10.0, 4000)], ids=["the middle", "as said", "the longest"]
)
def test_sounds_of_an_archive_are_as_long_as_is_said(seconds, amplitudes):
    sounds = {f"{i}.wav": files.wav(np.full(800 * (i % 5 + 1), 0.5)) for i in range(25)}
    raw = decode("a.zip", files.zipped(sounds), Format(seconds=seconds))
    assert raw.values.shape == (25, amplitudes)
    assert raw.asks == ("rate", "seconds")
    assert all(
        np.isclose(row.sum(), 0.5 * min(amplitudes, 800 * (i % 5 + 1)), 1e-3) for i, row in enumerate(raw.values)
    )


def test_a_lower_rate_makes_room_for_longer_sounds():
    sounds = {f"{i}.wav": files.wav(np.full(40_000, 0.5)) for i in range(21)}
    cut = decode("a.zip", files.zipped(sounds))
    assert cut.values.shape == (21, 32_000)
    assert any("lower the rate for longer ones" in notice for notice in cut.notices)
    assert decode("a.zip", files.zipped(sounds), Format(rate=4_000)).values.shape == (21, 20_000)


MASKED = {f"bottle/{part}/{i:03}.png": files.pixels(i) for part in ("train/good", "test/cut") for i in range(12)}
MASKED |= {f"bottle/ground_truth/cut/{i:03}_mask.png": np.full((8, 8), 255 * (i % 3 > 0), np.uint8) for i in range(12)}
# Beside each other, in two folders, and by the part of the data that they are of.
LAYOUTS = {
    "MVTec": (MASKED, [i % 3 > 0 for i in range(12)]),
    "beside": (
        {f"a/{i}{end}.png": files.pixels(i) * (i % 2 or not end) for i in range(24) for end in ("", "_mask")},
        [i % 2 > 0 for i in range(24)],
    ),
    "folders": (
        {
            f"{kind}/{i}.png": files.pixels(i) * (i % 2 or kind == "images")
            for i in range(24)
            for kind in ("images", "masks")
        },
        [i % 2 > 0 for i in range(24)],
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_masks_are_left_out_or_labels_or_pictures(layout):
    members, is_marked = LAYOUTS[layout]
    data = files.zipped({name: files.picture(x) for name, x in members.items()})
    for masks, count in (("left_out", 24), ("pictures", len(members)), ("labels", 24)):
        raw = decode("a.zip", data, Format(masks=masks))
        assert (len(raw.values), raw.asks) == (count, ("masks",))
    marks = dict(zip(raw.ids, raw.words["mask"], strict=True))
    assert [marks[name] == "marked" for name in members if name in marks][-len(is_marked) :] == is_marked
    assert sum(mark == "marked" for mark in marks.values()) == sum(is_marked)


def test_masks_of_no_picture_and_damaged_ones_are_told():
    members = {name: files.picture(x) for name, x in MASKED.items()}
    members |= {"bottle/ground_truth/cut/099_mask.png": files.picture(files.pixels())}
    members["bottle/ground_truth/cut/001_mask.png"] = b"no picture"
    raw = decode("a.zip", files.zipped(members), Format(masks="labels"))
    said = " ".join(raw.notices)
    assert "1 mask of no picture that was read" in said
    assert "1 mask damaged or cut short" in said
    assert "7 pictures marked, 17 not marked" in said


def spelled(upload) -> list[str]:
    return ["".join(upload.spec.alphabet[k] for k in word.argmax(dim=1)) for word in upload.x]


def test_short_lines_are_words():
    upload = read_upload("w.txt", "\n".join(["Anna", "bérta", "Groß", "x", "o'neill"] * 5).encode())
    assert spelled(upload) == ["anna   ", "berta  ", "gross  ", "o'neill"] * 5
    assert upload.spec.alphabet == " '" + "".join(sorted(set("annabertagrossoneill")))
    assert upload.x.sum() == upload.x.shape[0] * upload.x.shape[1]
    assert "5 lines of fewer than 2" in told(upload, "Left out")


def test_long_lines_are_a_text_cut_into_windows():
    text = "Pack my box with five dozen liquor jugs; sphinx of black quartz, judge my vow! " * 10
    upload = read_upload("w.txt", text.encode(), window=20)
    windows = np.array([text.lower()[i : i + 20] for i in range(0, len(text) - 19, 20)])
    assert spelled(upload) == files.without_borders(windows).tolist()


def test_rare_characters_share_a_sign():
    common = "".join(chr(0x4E00 + i) for i in range(60))
    text = "".join(common[: 60 - i // 2] for i in range(120))
    upload = read_upload("w.txt", text.encode(), window=20)
    assert len(upload.spec.alphabet) == 40
    assert upload.spec.alphabet.endswith("·")
    assert "22 rare characters" in told(upload, "became ·")


@pytest.mark.parametrize("others", [38, 39, 60])
def test_the_sign_of_rare_characters_may_come_up_itself(others):
    text = "".join(chr(0x4E00 + i) for i in range(others)) + "·"
    upload = read_upload("w.txt", (text * 20).encode(), window=20)
    assert len(upload.spec.alphabet) == 40
    assert upload.spec.alphabet.count("·") == 1
    rare = [notice for notice in upload.notices if "rare character" in notice]
    assert [notice.split()[0] for notice in rare] == ([] if others == 38 else [str(others - 38)])
