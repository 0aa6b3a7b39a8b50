/** Bounds of the fuzzer: what one input may cost, and what the fuzzer itself keeps. */
export const fuzzLimits = {
  /** Longest that a parser may take for one input (issue 5); over it in five tries is a fault. */
  inputMsMax: 50,
  /** Most memory that one input may take, in MB (issue 5). */
  inputMbMax: 64,
  /**
   * Heap of a worker in MB: what all the parsers' code needs, and inputMbMax. Beyond it V8 ends the
   * process, which the parent reports with the input.
   */
  workerHeapMbMax: 192,
  /** Bytes of an input: above the largest frame and message that any parser takes. */
  inputBytesMax: 160 * 1024,
  /** Octets of a code that people scan or type: several times the longest that is taken. */
  codeBytesMax: 16 * 1024,
  /** Inputs that are run with one pool and from one clean state, and replayed to repeat a fault. */
  chunkInputs: 5_000,
  /** Inputs of a target's first chunk, by which its speed is known. */
  firstChunkInputs: 1_000,
  /** Inputs with an outcome of their own that a chunk keeps to go on from; the oldest goes. */
  poolMax: 256,
  /** Longer inputs are run and not gone on from: each change of them costs too much. */
  pooledBytesMax: 4_096,
  /** Faults kept of one chunk and of one target; the rest is counted. */
  faultsMax: 20,
  /** Tries spent on making a faulty input smaller. */
  minimiseTriesMax: 2_000,
  /** A worker that says nothing for so long hangs: it is ended and its input reported. */
  silenceMsMax: 30_000,
} as const;
