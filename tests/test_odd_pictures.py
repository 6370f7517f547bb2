"""Pictures of odd kinds, alone and in archives: read all the same, with a notice."""

import io
import re

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn.functional import interpolate

from core.errors import UploadError
from core.uploads.prepare.images import _resized
from core.uploads.reading import read_upload
from tests import files


def odd(count: int = 3, **made: bytes) -> bytes:
    """The good pictures and some odd ones of the same size."""
    return files.zipped(
        files.pictures(24, 16) | {f"dogs/{name}_{i}.x": made[name] for name in made for i in range(count)}
    )


def gif(frames: int) -> bytes:
    images = [Image.fromarray(np.full((16, 16), 9 * i, np.uint8)) for i in range(frames)]
    stream = io.BytesIO()
    images[0].save(stream, "GIF", save_all=True, append_images=images[1:])
    return stream.getvalue()


def turned(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    ramp = np.broadcast_to(np.linspace(0, 255, 16, dtype=np.uint8), (16, 16))
    return files.picture(np.ascontiguousarray(ramp), "PNG", exif=exif)


RAMP = np.linspace(0, 65535, 256).reshape(16, 16).astype(np.uint16)
CLEAR = np.dstack([np.zeros((16, 16, 3), np.uint8), np.tile(np.uint8([0, 255]), (16, 8))])


def last(data: bytes, **options) -> tuple[np.ndarray, str]:
    """The last picture that was read, and all notices."""
    upload = read_upload("a.zip", data, **options)
    return upload.x[-1].numpy(), " ".join(upload.notices)


def test_sixteen_bits_are_scaled_and_not_clipped():
    for format in ("PNG", "TIFF"):
        pixels, notices = last(odd(deep=files.picture(RAMP, format)))
        assert np.allclose(pixels[0], RAMP / 65535, atol=1e-4)
        assert "The brightest pixel of 16 bits is 65,535" in notices


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int32])
def test_numbers_of_thirty_two_bits_keep_their_steps(dtype):
    # Steps that neither 16 bits over the range, nor floats of the whole numbers, could tell apart.
    steps = np.arange(24 * 256).reshape(24, 16, 16) * (1 if dtype == np.int32 else 1e-6)
    shift = 10**9 if dtype == np.int32 else -0.003
    x = (steps + shift).astype(dtype)
    packed = read_upload("a.zip", files.zipped({f"{i:02}.tif": files.picture(x[i], "TIFF") for i in range(24)}))
    stacked = read_upload("a.tif", files.stack_of(x))
    expected = steps / steps.max()
    assert np.abs(packed.x[:, 0].numpy() - expected).max() < 1e-5
    assert np.abs(stacked.x[:, 0].numpy() - expected[files.without_borders(np.arange(24))]).max() < 1e-5


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("side", [16, 160])
def test_numbers_of_thirty_two_bits_that_are_never_below_zero_reach_as_far_again(order, side):
    ramp = np.linspace(0, 2**32 - 1, side * side).reshape(side, side)
    archive = {f"{i:02}.tif": files.unsigned_tiff(ramp - 2**31 * (i % 2) * (ramp > 2**31), order) for i in range(24)}
    x = read_upload("a.zip", files.zipped(archive), side=16).x
    expected = ramp.reshape(16, side // 16, 16, side // 16).mean((1, 3)) / 2**32
    assert np.abs(x[0, 0].numpy() - expected)[1:-1, 1:-1].max() < 0.01


def test_a_number_that_is_none_leaves_its_picture_out():
    x = files.table(24 * 16, 16).reshape(24, 16, 16).astype(np.float32)
    x[3, 0, 0] = np.nan
    assert files.told(read_upload("a.tif", files.stack_of(x)), "1 number missing in 1 sample")


def test_bytes_beside_numbers_of_thirty_two_bits_stay_what_they_are():
    pixels, notices = last(odd(wide=files.picture(np.full((16, 16), 510, np.float32), "TIFF")))
    assert pixels.min() == 1
    assert "Read with their own numbers beside those of 32 bits: 24 pictures of 8 bits" in notices


def test_colours_of_numbers_that_are_not_read_are_told_how_to_save():
    wide = files.picture(files.pixels(0, 16, 3), "TIFF").replace(b"\x08\0\x08\0\x08\0", b"\x20\0\x20\0\x20\0")
    with pytest.raises(UploadError, match=r"save grey of up to 32 bits, or colours of 8"):
        read_upload("a.tif", wide)


def test_sixteen_bits_of_colour_are_counted_and_eight_are_not():
    deep = np.dstack([RAMP, RAMP[::-1], RAMP.T])
    pixels, notices = last(odd(deep=files.deep_png(deep)))
    assert np.allclose(pixels, deep.transpose(2, 0, 1) / 65535, atol=1 / 255)
    assert "Scaled from 16 bits to 8: 3 pictures" in notices
    assert "bits" not in last(odd(plain=files.picture(files.pixels(1, 16, 3), "BMP")))[1]


@pytest.mark.parametrize("format", ["TIFF", "GIF"])
@pytest.mark.parametrize("is_packed", [False, True])
def test_frames_are_pictures_where_files_are_too_few(format, is_packed):
    name, data = f"s.{format.lower()}", files.stack(30, format)
    upload = read_upload("s.zip", files.zipped({name: data})) if is_packed else read_upload(name, data)
    # The last is 87, which no byte-wide set of pictures ends at.
    assert np.allclose(upload.x[:, 0, 0, 0], files.without_borders(np.arange(30)) / 29, atol=0.02)
    assert files.told(upload, "30 frames of 1 picture")
    assert files.told(upload, "The last fifth of the frames is held out; 2 frames at the borders left out.")


def test_a_stack_is_no_member_of_an_archive(monkeypatch):
    monkeypatch.setattr("core.uploads.parse.pictures.MEMBER", 100)
    assert len(read_upload("s.tif", files.stack(30)).x) == 28


def test_a_stack_is_opened_once_for_its_head_and_once_for_its_frames(monkeypatch):
    opened, once = [], Image.open
    monkeypatch.setattr(Image, "open", lambda *given, **how: opened.append(1) or once(*given, **how))
    read_upload("s.tif", files.stack(30))
    assert len(opened) == 2


def test_frames_before_a_damaged_one_are_read():
    images = [Image.fromarray(files.pixels(i, 16)) for i in range(30)]
    stream = io.BytesIO()
    images[0].save(stream, "TIFF", save_all=True, append_images=images[1:], compression="tiff_deflate")
    data = bytearray(stream.getvalue())
    packed = [found.start() for found in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", data)]
    data[packed[25] : packed[25] + 8] = b"\xff" * 8
    upload = read_upload("s.tif", bytes(data))
    assert files.told(upload, "Left out: 5 pictures damaged")
    assert len(upload.x) == 23


def test_frames_of_many_files_are_held_out_with_their_file():
    upload = read_upload("s.zip", files.zipped({f"{i}.gif": gif(4 + i % 2) for i in range(12)}))
    counts = [4 + i % 2 for i in range(12)]
    parts = np.split(upload.parts.numpy(), np.cumsum(counts)[:-1])
    assert all(len(set(part)) == 1 for part in parts)
    assert files.told(upload, "Files are held out as wholes: no frame")


def test_a_label_of_a_file_is_that_of_its_frames():
    stacks = files.zipped({f"{i}.tif": files.stack(10) for i in range(4)})
    labels = files.csv([["2.tif", "b"], ["0.tif", "a"], ["1.tif", "b"], ["3.tif", "a"]], ["file", "label"])
    upload = read_upload("s.zip", stacks, ("l.csv", labels))
    assert upload.y.tolist() == [0] * 10 + [1] * 20 + [0] * 10


def test_stacks_are_labelled_by_their_folders():
    upload = read_upload("s.zip", files.zipped({f"{'ab'[i % 2]}/{i}.tif": files.stack(10) for i in range(4)}))
    assert upload.y.tolist() == [0] * 10 + [1] * 10 + [0] * 10 + [1] * 10


def test_a_picture_of_few_frames_is_refused():
    with pytest.raises(UploadError, match="a GIF picture of 3 frames: pictures are learned from many"):
        read_upload("s.gif", files.stack(3, "GIF"))
    with pytest.raises(UploadError, match="damaged or cut short"):
        read_upload("s.tif", files.stack(30)[:50])


def test_animated_pictures_give_their_first_frame():
    pixels, notices = last(odd(moving=gif(5)))
    assert pixels.max() < 0.05
    assert "first frame was read of 3 animated pictures" in notices
    assert "12 frames" in notices


def test_transparent_pictures_lie_on_white():
    pixels, notices = last(odd(clear=files.picture(CLEAR)))
    assert np.allclose(pixels[0], np.tile([1.0, 0.0], (16, 8)))
    assert "Laid on white, being transparent: 3 pictures" in notices


def test_palettes_are_looked_up():
    stripes = Image.fromarray(np.tile(np.uint8([0, 1]), (16, 8)), "P")
    stripes.putpalette([255, 0, 0, 0, 0, 255])
    stream = io.BytesIO()
    stripes.save(stream, "PNG")
    pixels, _ = last(odd(stripes=stream.getvalue()))
    assert np.allclose(pixels[:, 0, :2].T, [[1, 0, 0], [0, 0, 1]])


def test_cmyk_becomes_rgb():
    cyan = np.zeros((16, 16, 4), np.uint8)
    cyan[..., 0] = 255
    stream = io.BytesIO()
    Image.fromarray(cyan, "CMYK").save(stream, "TIFF")
    pixels, notices = last(odd(print=stream.getvalue()))
    assert np.allclose(pixels[:, 8, 8], [0, 1, 1], atol=0.02)
    assert "Converted from CMYK to RGB: 3 pictures" in notices


def test_pictures_are_turned_upright():
    pixels, notices = last(odd(held=turned(6)))
    # Dark on the left becomes dark at the top.
    assert pixels[0, 0].max() < 0.05 < 0.95 < pixels[0, -1].min()
    assert "Turned upright as the camera noted: 3 pictures" in notices


def test_pictures_of_mixed_sizes_become_one():
    wide = np.zeros((16, 48), np.uint8)
    wide[:, 16:32] = 255
    pixels, notices = last(odd(wide=files.picture(wide), large=files.picture(np.full((64, 64), 255, np.uint8))))
    assert "Cropped to the square in the middle: 3 pictures" in notices
    assert "Resized to 16 × 16 pixels: 3 pictures of 30" in notices
    assert np.allclose(pixels, 1)
    wide_ones = read_upload("a.zip", odd(wide=files.picture(wide))).x[-3:]
    # Only the white square in the middle is left.
    assert wide_ones.min() > 0.99


def test_members_that_are_no_pictures_are_counted():
    extra = {
        "a.txt": b"hi",
        "b.zip": files.zipped(files.pictures(1)),
        "c.png": b"<svg",
        "__MACOSX/x": b"",
        ".DS_Store": b"",
        "d/": b"",
    }
    upload = read_upload("a.zip", files.zipped(files.pictures() | extra))
    notices = " ".join(upload.notices)
    assert len(upload.x) == 24
    assert "Left out: 1 member being no picture (the first: a.txt)" in notices
    assert "1 member being a ZIP archive (the first: b.zip)" in notices
    assert "1 member being an SVG drawing" in notices
    assert "MACOSX" not in notices


def test_damaged_pictures_are_left_out_with_their_labels():
    members = files.pictures(24, 32)
    for name in ("cats/03.png", "dogs/08.png"):
        members[name] = members[name][:700]
    upload = read_upload("a.zip", files.zipped(members))
    assert len(upload.x) == len(upload.y) == 22
    assert "2 pictures damaged or cut short" in " ".join(upload.notices)
    for i, name in enumerate(name for name in members if name not in ("cats/03.png", "dogs/08.png")):
        assert upload.spec.label_names[upload.y[i]] == name.split("/")[0]


def test_names_in_an_archive_lead_nowhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    good = list(files.pictures().items())
    one = good[0][1]
    strange = [("../../up.png", one), ("/etc/top.png", one), ("C:\\windows\\x.png", one), ("a/../../b/y.png", one)]
    with pytest.warns(UserWarning, match="Duplicate"):
        data = files.zipped([*good, *strange, ("same.png", one), ("same.png", one)])
    upload = read_upload("a.zip", data)
    assert len(upload.x) == 24 + 5
    assert "4 names would lead outside of the archive (the first: ../../up.png)" in " ".join(upload.notices)
    assert "1 member of the archive had the same name" in " ".join(upload.notices)
    assert not any(".." in name or "/" in name for name in upload.spec.label_names)
    assert list(tmp_path.iterdir()) == []


def test_members_may_have_no_name():
    data = files.zipped({"abcd": files.picture(files.pixels())} | files.pictures(20))
    place = data.find(b"PK\x01\x02")
    # In the list at the end, the first name becomes an extra field of no content.
    unnamed = data[place:].replace(b"abcd", b"\x99\x99\0\0", 1)
    data = data[:place] + unnamed[:28] + bytes([0, 0, 4, 0]) + unnamed[32:]
    upload = read_upload("a.zip", data)
    assert len(upload.x) == 20
    assert "1 member damaged in the archive" in " ".join(upload.notices)


@pytest.mark.parametrize("side", [8, 17, 31])
def test_pictures_shrink_as_torch_shrinks_them(side):
    block = np.random.default_rng(0).random((3, 2, 32, 32)).astype(np.float32)
    expected = interpolate(torch.from_numpy(block), size=(side, side), mode="bilinear", antialias=True).numpy()
    assert np.allclose(_resized(block, side), expected, atol=1e-5)
