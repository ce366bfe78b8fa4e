#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tsflow/batch.hpp"
#include "tsflow/time.hpp"

namespace tsflow {

/// Which pipeline put a record aside.
struct LetterOrigin {
    std::string pipeline;     ///< its name
    std::string fingerprint;  ///< of its configuration
    std::string version;      ///< of tsflow
};

/// A record that a node put aside. Stored as one JSON object a line:
///
///     {"id":7,"time":"…","node":"sinks.bars","reason":"…",
///      "pipeline":{"name":"prod","config":"0f3a…","tsflow":"0.1.0"},
///      "port":"in","schema":[{"name":"close","type":"float64","unit":"USD"},…],
///      "record":{"close":55.25,…}}
///
/// A row reads back bit by bit: finite numbers in the shortest exact form, others as {"bits":"7ff8…"},
/// times with nanoseconds, text that is not UTF-8 as {"base64":"…"}. Text that never became a row stands
/// as "raw", or as "raw_base64" when it is not UTF-8. "withheld" is why the record is not there.
struct Letter {
    std::uint64_t id = 0;  ///< ascending from 1; no other letter of the node ever gets it
    Timestamp time{};
    std::string node;
    std::string reason;
    LetterOrigin origin;
    std::string port;  ///< the input whose row it is; empty: of none, or it is no row
    Batch row;         ///< one row; no schema when there is none
    std::optional<std::string> raw;
    std::string withheld;
};

/// One line, without the newline.
std::string encode(const Letter& letter);
/// Throws Error saying what is wrong with the line.
Letter decode_letter(std::string_view line);
/// The id in the line, without looking at the rest; 0 when there is none.
std::uint64_t letter_id(std::string_view line) noexcept;
/// The letter for people and programs that read: `encode`'s object with `"replayable"` and, when it is not,
/// `"why"`.
std::string shown_json(std::string_view line, std::string_view why_not);

/// RFC 4648, with padding.
std::string base64(std::string_view bytes);
/// Nothing when `text` is no base64.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace tsflow
