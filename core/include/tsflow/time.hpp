#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <ratio>
#include <string>
#include <string_view>

#include "tsflow/export.hpp"

namespace tsflow {

/// A point in time: nanoseconds since 1970-01-01T00:00:00 UTC, without leap seconds.
using Timestamp = std::chrono::sys_time<std::chrono::nanoseconds>;
using Duration = std::chrono::nanoseconds;
/// A calendar day, as 32-bit days since 1970-01-01 (the width of Arrow's date32).
using Date = std::chrono::sys_time<std::chrono::duration<std::int32_t, std::ratio<86400>>>;

/// `2016-04-15T13:30:00Z`; a fraction of 3, 6 or 9 digits only when it is not zero.
TSFLOW_API std::string format_timestamp(Timestamp time);
/// Appends the same text to `out`, without an allocation of its own.
TSFLOW_API void append_timestamp(std::string& out, Timestamp time);
/// Accepts `YYYY-MM-DD`, `YYYY-MM-DDTHH:MM[:SS[.fraction]]` (also with a blank for the T), each with
/// `Z`, `+HH:MM`, `-HH:MM` or nothing (UTC). Nothing for any other text or an impossible date.
TSFLOW_API std::optional<Timestamp> parse_timestamp(std::string_view text);

/// `2016-04-15`.
TSFLOW_API std::string format_date(Date date);
TSFLOW_API std::optional<Date> parse_date(std::string_view text);

/// The shortest exact text: `250ms`, `1s`, `1h30m`, `0s`.
TSFLOW_API std::string format_duration(Duration duration);
/// A sequence of whole or decimal numbers with the units ns, us, ms, s, m, h, d: `1h30m`, `0.5s`.
/// Nothing for other text, a missing unit, a negative value or one beyond 292 years.
TSFLOW_API std::optional<Duration> parse_duration(std::string_view text);

/// Where nodes get the time from (`Context::clock()`), so that tests and replays can set it.
class TSFLOW_API Clock {
public:
    virtual ~Clock();
    /// Callable from any thread.
    virtual Timestamp now() const noexcept = 0;
};

}  // namespace tsflow
