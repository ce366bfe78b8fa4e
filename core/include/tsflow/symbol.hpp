#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "tsflow/export.hpp"

namespace tsflow {

/// A string out of a small, often repeated set (an instrument's name, a sector), held as its code in
/// the process-wide dictionary. Equal codes mean equal texts, so symbols compare, hash and index
/// arrays as integers. Codes run from 0 without gaps in the order of first use; they are not stable
/// across runs, so state that outlives the process holds texts.
///
/// The dictionary only grows and is never freed. All functions may be called from any thread; reading
/// takes no lock.
class TSFLOW_API Symbol {
public:
    /// The empty string.
    constexpr Symbol() noexcept = default;
    /// The symbol for `text`, which is added to the dictionary when it is new.
    static Symbol intern(std::string_view text);
    /// The symbol with this code; it must have been handed out before.
    static constexpr Symbol from_code(std::int32_t code) noexcept { return Symbol{code}; }
    /// How many symbols there are now: every code is below it.
    static std::size_t count() noexcept;

    constexpr std::int32_t code() const noexcept { return code_; }
    /// Valid until the process ends.
    std::string_view text() const noexcept;

    constexpr bool operator==(const Symbol&) const noexcept = default;

private:
    constexpr explicit Symbol(std::int32_t code) noexcept : code_(code) {}
    std::int32_t code_ = 0;
};

}  // namespace tsflow

template <>
struct std::hash<tsflow::Symbol> {
    std::size_t operator()(tsflow::Symbol symbol) const noexcept {
        return static_cast<std::size_t>(symbol.code());
    }
};
