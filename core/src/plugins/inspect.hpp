#pragma once

#include <chrono>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "plugins/search.hpp"

namespace tsflow {

/// The child's side: loads each library, checks its manifest, lets it enroll, and tells the parent on
/// standard output how far it came. The main program returns its result when it is called as
/// `PROGRAM __inspect LIBRARY…`, with what follows the command, and does nothing before.
///
///     loading                       the library's static constructors run
///     enrolling                     its manifest is right; its enroll function runs
///     accepted | refused REASON     the verdict; static destructors run after the last one
int inspect_libraries(std::span<char* const> libraries) noexcept;

/// The command that main() hands to `inspect_libraries`.
inline constexpr const char* inspect_command = "__inspect";

/// True in a process that was started to inspect. Such a process must not start inspections of its own
/// (a program that does not know the command would start itself without end).
bool is_inspecting() noexcept;

/// The parent's side: why `library` must not be loaded; empty when it may. A library that crashes,
/// ends the process or hangs does so in the child, and the reason says which and when.
std::string inspect(const std::filesystem::path& library, const std::filesystem::path& inspector,
                    std::chrono::milliseconds timeout);

/// The same for many that are most likely all right, in one child: true for those that may be loaded. When
/// one of them harms the child, which one did it cannot be trusted, and none has passed.
std::vector<bool> inspect_together(const std::vector<std::filesystem::path>& libraries,
                                   const std::filesystem::path& inspector,
                                   std::chrono::milliseconds timeout);

/// Inspects those `libraries` that the cache of `search` does not know as they are now, together first
/// and then, for its reason, each that did not pass, and returns the reason of each. Libraries that passed
/// are remembered; reasons never are, so what was repaired outside of the file (a missing dependency, a
/// busy machine) is seen at once.
std::vector<std::string> inspect_all(const std::vector<std::filesystem::path>& libraries,
                                     const PluginSearch& search);

}  // namespace tsflow
