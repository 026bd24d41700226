package dev.freehold.kernel;

import java.lang.foreign.Arena;

/// The working memory of each worker in the machine tier's products.
///
/// @param vectors of the vector tier, whose memory the pages of weights are read into
record MachineWorkers(VectorMatrices vectors, MachineScratch[] scratches) {
  static MachineWorkers of(VectorMatrices vectors, int workers) {
    MachineScratch[] scratches = new MachineScratch[workers];
    for (int i = 0; i < workers; i++) {
      scratches[i] = new MachineScratch(Arena.ofAuto());
    }
    return new MachineWorkers(vectors, scratches);
  }
}
