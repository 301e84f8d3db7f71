import { readH5, writeH5 } from "../../../lib/images/hdf5/index.js";
import { chunkBomb, unwritten } from "./bombs.js";
import type { Case } from "./case.js";
import { changed, counting, cutBy, place } from "./files.js";

const image = (path: string) => readH5(path, "image", { dimensions: 3 });

/** Broken HDF5 files. */
export const h5: Case[] = [
  [
    "truncated HDF5",
    image,
    () => changed("cut.h5", cutBy(100)),
    'damaged or truncated: HDF5 says "truncated file: eof = {size}, sblock->base_addr = 0, stored_eof = {size+100}"; get it again',
  ],
  [
    "damaged HDF5",
    image,
    () => changed("damaged.h5", (bytes) => bytes.fill(0xff, 60, 100)),
    'damaged or truncated: HDF5 says "incorrect metadata checksum after all read attempts"; get it again',
  ],
  [
    "HDF5 without its label",
    (path) => readH5(path, "label"),
    () => changed("pair.h5"),
    'no dataset "label", found "image"; is it another kind of file?',
  ],
  [
    "HDF5 of another dimension",
    (path) => readH5(path, "image", { dimensions: 2 }),
    () => changed("dimensions.h5"),
    'dataset "image" is 4×3×2, expected 2 dimensions; is it another kind of file?',
  ],
  [
    "HDF5 with a value that is endless",
    image,
    async () => {
      const data = counting.data.map((value, i) => (i === 8 ? Number.NEGATIVE_INFINITY : value));
      await writeH5(place("endless.h5"), { image: { data, shape: counting.shape } });
      return place("endless.h5");
    },
    'dataset "image" is -Infinity at [1, 1, 0], expected finite numbers; replace it and save it again',
  ],
  [
    "HDF5 that claims 10¹² values",
    image,
    () => unwritten("claim.h5", [10000, 10000, 10000]),
    'dataset "image" claims 10000×10000×10000 values, 4000000000000 bytes, expected at most 2 GiB; the file is damaged, or cut the data into parts',
  ],
  [
    "HDF5 that claims a little less than 2 GiB",
    image,
    () => unwritten("large.h5", [800, 800, 800]),
    'dataset "image" claims 800×800×800 values, 2048000000 bytes, more than a file of {size} bytes can hold; they were never written, get it again',
  ],
  [
    "HDF5 that goes on with 2 GiB of zeros in its chunk",
    image,
    () => chunkBomb("bomb.h5"),
    'dataset "image" takes more than 52766528 bytes of memory, expected no more for 140×140×140 values in chunks of 140×140×140; the file is damaged, or save it in larger chunks',
  ],
  [
    "HDF5 that claims more chunks than it can hold",
    image,
    () => unwritten("chunks.h5", [64, 64, 64]),
    'dataset "image" takes more than 36470976 bytes of memory, expected no more for 64×64×64 values in chunks of 2×2×2; the file is damaged, or save it in larger chunks',
  ],
];
