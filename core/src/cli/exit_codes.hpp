#pragma once

namespace tsflow::cli {

inline constexpr int exit_ok = 0;         ///< also after a stop with a clean drain
inline constexpr int exit_failed = 1;     ///< failed while running
inline constexpr int exit_usage = 2;      ///< wrong command line
inline constexpr int exit_timed_out = 3;  ///< the drain passed shutdown_timeout
inline constexpr int exit_config = 78;    ///< wrong configuration (EX_CONFIG of sysexits.h)

}  // namespace tsflow::cli
