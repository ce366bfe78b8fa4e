#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tsflow/export.hpp"
#include "tsflow/time.hpp"

namespace tsflow {

/// Writes what a node must know to go on after a restart: a flat run of values, read back in the same
/// order by `StateReader`. Little-endian, length-framed; the host adds checksum and version.
class TSFLOW_API StateWriter {
public:
    void integer(std::int64_t value);
    void real(double value);
    void text(std::string_view value);
    void boolean(bool value) { integer(value ? 1 : 0); }
    void time(Timestamp value) { integer(value.time_since_epoch().count()); }
    const std::string& bytes() const noexcept { return bytes_; }

private:
    std::string bytes_;
};

/// Reads what `StateWriter` wrote. Throws Error, naming the kind of value, when the bytes end early or
/// hold another kind of value next.
class TSFLOW_API StateReader {
public:
    explicit StateReader(std::string_view bytes) noexcept : rest_(bytes) {}
    std::int64_t integer();
    double real();
    std::string_view text();
    bool boolean() { return integer() != 0; }
    Timestamp time() { return Timestamp{Duration{integer()}}; }
    bool at_end() const noexcept { return rest_.empty(); }

private:
    std::string_view rest_;
};

}  // namespace tsflow
