"""The PyTorch peer of `vulpes bench`: trains the same shapes with the same work, and multiplies the same matrices, when it is told to.

Lines of JSON come on standard input and are answered on standard output, one a line, so that both sides can take turns in one run:

    {"do": "hello", "threads": 2}                                 settings and versions
    {"do": "open", "name": "a", "compile": "default", ...shape}   makes a model; compile: "" for eager, else torch.compile's mode
    {"do": "steps", "name": "a", "count": 3}                      seconds of each step: forward, backward, clip to 1.0, fused AdamW
    {"do": "close", "name": "a"}
    {"do": "gemm", "case": "NT", "m": 64, "n": 64, "k": 64, "library": "mkl", "seconds": 0.2}

A shape is layers, width, heads, kv_heads, inner, vocabulary, length, sequences. Ends with standard input, or with the process that started it.
By hand: echo '{"do": "hello", "threads": 2}' | python3 torch_peer.py
"""
import ctypes, glob, json, os, platform, sys, threading, time

# Read when the libraries are loaded. OpenBLAS left to itself takes some AVX-512 processors for old ones and is five times slower.
os.environ.setdefault("OMP_NUM_THREADS", os.environ.get("VULPES_PEER_THREADS", "2"))
os.environ.setdefault("OPENBLAS_NUM_THREADS", os.environ["OMP_NUM_THREADS"])
# torch.compile would keep a pool of processes for compiling, which are not needed for one graph and would outlive a kill.
os.environ.setdefault("TORCHINDUCTOR_COMPILE_THREADS", "1")
try:
    with open("/proc/cpuinfo") as cpuinfo:
        if " avx512bw" in cpuinfo.read():
            os.environ.setdefault("OPENBLAS_CORETYPE", "SkylakeX")
except OSError:
    pass

ANSWERS = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # whatever libraries print goes to standard error


def answer(**values):
    print(json.dumps(values), file=ANSWERS, flush=True)


def end_with_parent():
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()

try:
    import warnings
    warnings.filterwarnings("ignore")
    import torch
    import torch.nn as nn
    import torch.nn.functional as F
except ImportError as e:
    answer(missing=f"{sys.executable} has no PyTorch ({e})")
    sys.exit(0)


class Block(nn.Module):
    def __init__(self, s):
        super().__init__()
        d, self.heads, self.kv_heads, self.head_dim = s["width"], s["heads"], s["kv_heads"], s["width"] // s["heads"]
        self.norm1, self.norm2 = nn.RMSNorm(d, 1e-5), nn.RMSNorm(d, 1e-5)
        self.q, self.o = nn.Linear(d, d, bias=False), nn.Linear(d, d, bias=False)
        self.k, self.v = (nn.Linear(d, self.kv_heads * self.head_dim, bias=False) for _ in range(2))
        self.gate, self.up = (nn.Linear(d, s["inner"], bias=False) for _ in range(2))
        self.down = nn.Linear(s["inner"], d, bias=False)

    def rotate(self, x, cos, sin):
        a, b = x[..., :self.head_dim // 2], x[..., self.head_dim // 2:]
        return torch.cat((a * cos - b * sin, b * cos + a * sin), -1)

    def forward(self, x, cos, sin):
        B, T, d = x.shape
        z = self.norm1(x)
        q = self.rotate(self.q(z).view(B, T, self.heads, self.head_dim).transpose(1, 2), cos, sin)
        k = self.rotate(self.k(z).view(B, T, self.kv_heads, self.head_dim).transpose(1, 2), cos, sin)
        v = self.v(z).view(B, T, self.kv_heads, self.head_dim).transpose(1, 2)
        # Repeated heads let the CPU's flash kernel be chosen; enable_gqa falls back to the slow one.
        group = self.heads // self.kv_heads
        k, v = k.repeat_interleave(group, 1), v.repeat_interleave(group, 1)
        x = x + self.o(F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(B, T, d))
        z = self.norm2(x)
        return x + self.down(F.silu(self.gate(z)) * self.up(z))


class Decoder(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.embedding = nn.Embedding(s["vocabulary"], s["width"])
        nn.init.normal_(self.embedding.weight, std=0.02)
        self.blocks = nn.ModuleList(Block(s) for _ in range(s["layers"]))
        self.norm = nn.RMSNorm(s["width"], 1e-5)
        half = s["width"] // s["heads"] // 2
        angle = torch.outer(torch.arange(s["length"]).float(), 1e4 ** (-torch.arange(half).float() / half))
        self.register_buffer("cos", angle.cos())
        self.register_buffer("sin", angle.sin())

    def forward(self, tokens, targets):
        x = self.embedding(tokens)
        for block in self.blocks:
            x = block(x, self.cos, self.sin)
        return F.cross_entropy(F.linear(self.norm(x), self.embedding.weight).flatten(0, 1), targets.flatten())


class Training:
    def __init__(self, s):
        torch.manual_seed(0)
        self.model = Decoder(s)
        self.parameters = sum(p.numel() for p in self.model.parameters())
        self.run = torch.compile(self.model, mode=None if s["compile"] == "default" else s["compile"]) if s["compile"] else self.model
        self.optimizer = torch.optim.AdamW(self.model.parameters(), 3e-4, betas=(0.9, 0.95), weight_decay=0.1, fused=True)
        text = torch.randint(s["vocabulary"], (s["sequences"], s["length"] + 1))
        self.tokens, self.targets = text[:, :-1].contiguous(), text[:, 1:].contiguous()
        self.loss = None

    def step(self):
        begin = time.perf_counter()
        loss = self.run(self.tokens, self.targets)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.loss = loss.item()
        return time.perf_counter() - begin


class OpenBlas:
    """cblas_sgemm of an OpenBLAS that is installed: the system's, or the one that comes with NumPy or SciPy."""

    def __init__(self):
        packages = os.path.dirname(os.path.dirname(torch.__file__))
        places = ["libopenblas.so.0", "libopenblas.so"] + sorted(glob.glob(packages + "/*.libs/*openblas*.so*") + glob.glob(packages + "/scipy_openblas*/lib/*openblas*.so*"))
        self.name, self.sgemm = None, None
        for place in places:
            try:
                library = ctypes.CDLL(place)
            except OSError:
                continue
            for symbol, whole in (("cblas_sgemm", ctypes.c_int), ("scipy_cblas_sgemm64_", ctypes.c_int64), ("scipy_cblas_sgemm", ctypes.c_int), ("cblas_sgemm64_", ctypes.c_int64)):
                if hasattr(library, symbol):
                    self.sgemm, self.whole = getattr(library, symbol), whole
                    self.sgemm.argtypes = [ctypes.c_int] * 3 + [whole] * 3 + [ctypes.c_float, ctypes.c_void_p, whole, ctypes.c_void_p, whole, ctypes.c_float, ctypes.c_void_p, whole]
                    self.name = f"OpenBLAS ({os.path.basename(place)}, OPENBLAS_CORETYPE={os.environ.get('OPENBLAS_CORETYPE', 'detected')})"
                    return

    def multiply(self, a, b, c, transpose_a, transpose_b, m, n, k):
        self.sgemm(101, 112 if transpose_a else 111, 112 if transpose_b else 111, m, n, k, 1.0, a.data_ptr(), a.shape[1], b.data_ptr(), b.shape[1], 0.0, c.data_ptr(), n)


def gemm(request, openblas):
    """Seconds of the products C = op(A) op(B) that fit into the time given; N: as it lies, T: transposed."""
    m, n, k = request["m"], request["n"], request["k"]
    transpose_a, transpose_b = (letter == "T" for letter in request["case"])
    torch.manual_seed(0)
    a = torch.randn(k, m) if transpose_a else torch.randn(m, k)
    b = torch.randn(n, k) if transpose_b else torch.randn(k, n)
    c = torch.empty(m, n)
    if request["library"] == "mkl":
        left, right = a.T if transpose_a else a, b.T if transpose_b else b
        multiply = lambda: torch.matmul(left, right, out=c)
    else:
        multiply = lambda: openblas.multiply(a, b, c, transpose_a, transpose_b, m, n, k)
    for _ in range(3):
        multiply()
    seconds, end = [], time.perf_counter() + request["seconds"]
    while not seconds or time.perf_counter() < end:
        begin = time.perf_counter()
        multiply()
        seconds.append(time.perf_counter() - begin)
    return seconds


def hello(request, openblas):
    torch.set_num_threads(request["threads"])
    # Numbers too small to be normal would slow it down by chance.
    torch.set_flush_denormal(True)
    return dict(torch=torch.__version__, python=platform.python_version(), threads=torch.get_num_threads(), blas="MKL" if torch.backends.mkl.is_available() else "no MKL",
                simd=torch.backends.cpu.get_cpu_capability(), openblas=openblas.name,
                environment={k: v for k, v in sorted(os.environ.items()) if k.startswith(("OMP_", "GOMP_", "KMP_", "MKL_", "OPENBLAS_"))})


def main():
    models, openblas = {}, OpenBlas()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["do"] == "hello":
                answer(**hello(request, openblas))
            elif request["do"] == "open":
                model = models[request["name"]] = Training(request)
                answer(parameters=model.parameters, seconds=[model.step()])
            elif request["do"] == "steps":
                model = models[request["name"]]
                answer(seconds=[model.step() for _ in range(request["count"])], loss=model.loss)
            elif request["do"] == "close":
                del models[request["name"]]
                torch._dynamo.reset()
                answer()
            elif request["do"] == "gemm":
                answer(seconds=gemm(request, openblas))
            else:
                answer(error=f"no such request: {request['do']}")
        except Exception as e:
            answer(error=f"{type(e).__name__}: {e}".splitlines()[0])


try:
    main()
except (KeyboardInterrupt, BrokenPipeError):
    os._exit(0)
