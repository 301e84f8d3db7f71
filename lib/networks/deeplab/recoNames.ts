/** Where ReCo's checkpoints (`network/deeplabv3/deeplabv3.py`, `aspp.py`) hold a part: the list of its layers, and the place of its convolution among them; a normalisation comes next. */
const places: Readonly<Record<string, readonly [string, number]>> = {
  "aspp.branches.0": ["ASPP.convs.0", 0],
  "aspp.branches.1": ["ASPP.convs.1", 0],
  "aspp.branches.2": ["ASPP.convs.2", 0],
  "aspp.branches.3": ["ASPP.convs.3", 0],
  "aspp.pooled": ["ASPP.convs.4", 1], // behind the pooling
  "aspp.project": ["ASPP.project", 0],
  low: ["project", 0],
  "classifier.hidden": ["classifier", 0],
  "classifier.out": ["classifier", 3],
  "heads/hidden": ["representation", 0],
  "heads/out": ["representation", 3],
};

/** What a ReCo checkpoint calls a part of the decoder, or of the representation beside its classifier ("heads/…"). */
export function recoNames(owner: string): { weight: string; norm: string } | undefined {
  if (!Object.hasOwn(places, owner)) return undefined;
  const [list, at] = places[owner];
  return { weight: `${list}.${at}`, norm: `${list}.${at + 1}` };
}

/** Names of what stands behind the encoder in such a file. */
export const behindEncoder = /^(ASPP|project|classifier|representation)\./;
