import { execFileSync, spawn } from "node:child_process";
import { createInterface } from "node:readline/promises";
import { engineHere } from "../engine/start.js";
import { Problem } from "../problem.js";
import { hundredths, type Measured, median } from "./bench.js";

/** What PyTorch's V-Net is to do: training steps on a batch of patches, or the probabilities of a scan by windows. */
export interface Asked {
  work: "step" | "scan";
  /** Sides of a patch. */
  size: readonly number[];
  classes: number;
  steps: number;
  warmUp: number;
  /** Patches a step. */
  batch?: number;
  /** Sides of the scan, and the stride of its windows. */
  shape?: readonly number[];
  stride?: readonly number[];
}

const layouts = ["contiguous_format", "channels_last_3d"] as const;

/**
 * Times something of ours and the same of PyTorch in both of its layouts, in turns, with as many threads: `ratio` is our median by that of the quicker layout.
 * The Python is that of ARCO_PYTHON, else python3; without PyTorch there, ours alone is timed.
 */
export async function besidePyTorch(asked: Asked, ours: (index: number) => Promise<number>): Promise<Measured> {
  const { steps, warmUp, ...work } = asked;
  const { version, run, close } = openPyTorch({ ...work, threads: engineHere().threads });
  const times: number[] = [];
  const theirs = layouts.map((): number[] => []);
  try {
    for (let index = 0; index < warmUp + steps; index++) {
      const measured = [await ours(index)];
      if (version) for (const layout of layouts) measured.push(await run(layout));
      if (index >= warmUp) for (const [at, ms] of measured.entries()) [times, ...theirs][at].push(ms);
    }
  } finally {
    close();
  }
  if (!version) return { times, pytorch: `not found with ${python()}; set ARCO_PYTHON to a Python that has PyTorch` };
  const [contiguous, channelsLast] = theirs.map((ms) => hundredths(median(ms)));
  const ratio = hundredths(median(times) / Math.min(contiguous, channelsLast));
  return { times, pytorch: version, pytorchMs: { contiguous, channelsLast }, ratio };
}

const python = () => process.env.ARCO_PYTHON ?? "python3";

/** PyTorch in a process of its own, that does its work once each time it is asked and says how many milliseconds that took. */
function openPyTorch(work: object) {
  const version = versionOf(python());
  if (!version) return { version, run: async () => Number.NaN, close: () => {} };
  const { stdin, stdout } = spawn(python(), ["-c", script, JSON.stringify(work)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const said = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return {
    version,
    async run(layout: string): Promise<number> {
      stdin.write(`${layout}\n`);
      const { done, value } = await said.next();
      if (done) throw new Problem(`${python()}: PyTorch ended before its time; what it said is above`);
      return Number(value);
    },
    close: () => void stdin.end(),
  };
}

function versionOf(python: string): string | undefined {
  try {
    const command = ["-c", "import torch; print(torch.__version__)"];
    return execFileSync(python, command, { encoding: "utf8", stdio: "pipe" }).trim();
  } catch {
    return undefined;
  }
}

// The same network, loss and optimiser as ours, with what PyTorch itself would take for each.
const script = `
import itertools, json, sys, time
import torch
from torch import nn
from torch.nn import functional as F

asked = json.loads(sys.argv[1])
size, classes = asked["size"], asked["classes"]
torch.set_num_threads(asked["threads"])

def active(conv):
    return [conv, nn.BatchNorm3d(conv.out_channels), nn.ReLU(inplace=True)]

def stage(inputs, width, count):
    convs = [nn.Conv3d(width if i else inputs, width, 3, padding=1) for i in range(count)]
    return nn.Sequential(*[part for conv in convs for part in active(conv)])

class VNet(nn.Module):
    def __init__(self):
        super().__init__()
        w = [16, 32, 64, 128, 256]
        steps = list(zip(w, w[1:]))
        self.encoder = nn.ModuleList([stage(1, w[0], 1)] + [stage(a, a, n) for a, n in zip(w[1:], [2, 3, 3, 3])])
        self.down = nn.ModuleList([nn.Sequential(*active(nn.Conv3d(a, b, 2, 2))) for a, b in steps])
        self.up = nn.ModuleList([nn.Sequential(*active(nn.ConvTranspose3d(b, a, 2, 2))) for a, b in steps[::-1]])
        self.decoder = nn.ModuleList([stage(a, a, n) for a, n in zip(w[3::-1], [3, 3, 2, 1])])
        self.dropout = nn.Dropout3d(0.5)
        self.out = nn.Conv3d(w[0], classes, 1)

    def forward(self, x):
        skips = [self.encoder[0](x)]
        for down, convs in zip(self.down, self.encoder[1:]):
            skips.append(convs(down(skips[-1])))
        x = self.dropout(skips.pop())
        for up, convs in zip(self.up, self.decoder):
            x = convs(up(x) + skips.pop())
        return self.out(self.dropout(x))

def stepper(layout):
    network = VNet().to(memory_format=layout)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4)
    image = torch.rand(asked["batch"], 1, *size).to(memory_format=layout)
    label = torch.randint(classes, (asked["batch"], *size))
    truth = F.one_hot(label, classes).movedim(-1, 1).float()
    def step():
        logits = network(image)
        p = logits.softmax(1)
        axes = (0, 2, 3, 4)
        dice = 1 - (2 * (p * truth).sum(axes) + 1e-5) / ((p * p).sum(axes) + truth.sum(axes) + 1e-5)
        loss = (F.cross_entropy(logits, label) + dice.mean()) / 2
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss.item()
    return step

def scanner(layout):
    network = VNet().to(memory_format=layout).eval()
    shape, stride = asked["shape"], asked["stride"]
    scan = torch.randn(1, 1, *shape)
    places = list(itertools.product(*[range(0, n - s + 1, d) for n, s, d in zip(shape, size, stride)]))
    @torch.inference_mode()
    def predict():
        total, count = torch.zeros(classes, *shape), torch.zeros(shape)
        for place in places:
            window = tuple(slice(a, a + s) for a, s in zip(place, size))
            patch = scan[(slice(None), slice(None), *window)].contiguous(memory_format=layout)
            total[(slice(None), *window)] += network(patch).softmax(1)[0]
            count[window] += 1
        return (total / count).numpy()
    return predict

make = {"step": stepper, "scan": scanner}[asked["work"]]
works = {}
for line in sys.stdin:
    layout = line.strip()
    work = works.setdefault(layout, None) or make(getattr(torch, layout))
    works[layout] = work
    started = time.perf_counter()
    work()
    print(1000 * (time.perf_counter() - started), flush=True)
`;
