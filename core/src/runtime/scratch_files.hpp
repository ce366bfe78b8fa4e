#pragma once

#include "journal/file_system.hpp"

namespace tsflow {

/// The system's files for what need not outlive the process: nothing waits for the disk.
FileSystem& scratch_files();

}  // namespace tsflow
