#pragma once

namespace tsflow::cli {

/// Has the allocator keep what is given back, for as long as the process runs: up to 32 MiB in each of its arenas.
/// By default each batch of some 100 KB is memory that the system has to make, fill with zeros and take back again.
void keep_memory();

}  // namespace tsflow::cli
