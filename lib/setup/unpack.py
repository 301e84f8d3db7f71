"""Takes the members of a wheel whose names begin with one of the prefixes: unpack.py WHEEL FOLDER FROM=TO..."""

import os
import shutil
import sys
import zipfile

wheel, folder, *rules = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for member in archive.infolist():
        for rule in rules:
            start, to = rule.split("=")
            if member.filename.startswith(start) and not member.is_dir():
                path = os.path.join(folder, to + member.filename[len(start) :])
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with archive.open(member) as source, open(path, "wb") as target:
                    shutil.copyfileobj(source, target, 1 << 20)  # checks the CRC at the end
                if member.external_attr >> 16 & 0o100:  # a program
                    os.chmod(path, 0o755)
                break
