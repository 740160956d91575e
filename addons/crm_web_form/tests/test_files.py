import io
import zipfile

from odoo.tests import BaseCase, tagged

from ..tools import files


def archive(*names):
    """Return the bytes of an archive with parts of these names."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as book:
        for name in names:
            book.writestr(name, "x")
    return data.getvalue()


@tagged("post_install", "-at_install")
class TestFiles(BaseCase):
    def test_kinds(self):
        """A file is what its bytes are, whatever it is called. Covers: L10."""
        word = archive("[Content_Types].xml", "word/document.xml")
        for data, group, extension in (
            (b"\x89PNG\r\n\x1a\n....", "image", "png"),
            (b"\xff\xd8\xff\xe0....", "image", "jpg"),
            (b"GIF89a....", "image", "gif"),
            (b"RIFF....WEBPVP8 ", "image", "webp"),
            (b"%PDF-1.7 ....", "pdf", "pdf"),
            (word, "office", "docx"),
            (archive("[Content_Types].xml", "xl/workbook.xml"), "office", "xlsx"),
            ("姓名,电话\n王,138".encode(), "text", "txt"),
            ("姓名,电话".encode("gb18030"), "text", "txt"),
            (b"a < b and c > d", "text", "txt"),
        ):
            self.assertEqual(files.sniff(data), (group, extension), data[:20])
        for data in (
            b"",
            b"   ",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"\xef\xbb\xbf<!DOCTYPE html>",
            b"hello <script>alert(1)</script>",
            b"<?xml version='1.0'?>",
            b"<?php system($_GET[0]);",
            b"#!/bin/sh",
            b"MZ\x90\x00\x03",
            b"\x7fELF\x02\x01",
            b"@echo off",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            b"Rar!\x1a\x07",
            "<html>".encode("utf-16"),
            archive("a.txt"),
            archive("[Content_Types].xml", "word/vbaProject.bin", "word/document.xml"),
            archive("[Content_Types].xml", "x/y"),
            b"PK\x03\x04",
            word[:-30],
        ):
            self.assertEqual(files.sniff(data), files.NOTHING, data[:20])

    def test_names(self):
        """Names have no folders, no tricks, and the right end. Covers: L10."""
        for name, extension, expected in (
            ("a.exe", "png", "a.png"),
            ("../../etc/passwd", "txt", "passwd.txt"),
            ("C:\\temp\\b.jpg", "jpg", "b.jpg"),
            ("\u202egnp.exe", "pdf", "gnp.pdf"),
            ("a\r\nSet-Cookie: x", "txt", "aSet-Cookie_ x.txt"),
            ("简历.docx", "docx", "简历.docx"),
            ("kunden.csv", "txt", "kunden.csv"),
            ("", "png", "file.png"),
            ("...", "png", "file.png"),
            ("x" * 400, "png", "x" * 120 + ".png"),
        ):
            self.assertEqual(files.safe_name(name, extension), expected)
