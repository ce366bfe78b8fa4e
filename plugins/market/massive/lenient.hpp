#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include "wire_values.hpp"

namespace tsflow::market::massive::wire {

enum class Field : std::uint8_t {
    fine,
    wrong,    ///< the event cannot become a row
    unknown,  ///< no field of this kind of event
};

/// Fields that may be missing are also allowed to be of a wrong type: then they are null, and counted.
class Lenient {
public:
    std::uint64_t unreadable = 0;
    Texts texts;

    template <class T>
    simdjson_inline Field optional(Token from, std::optional<T>& to) {
        T got{};
        if (read_value(from, got)) {
            to = got;
        } else {
            to.reset();
            count(from);
        }
        return Field::fine;
    }
    /// As above, for a column that has `T{}` instead of null.
    template <class T>
    simdjson_inline Field or_zero(Token from, T& to) {
        if (!read_value(from, to)) {
            to = T{};
            count(from);
        }
        return Field::fine;
    }
    simdjson_inline Field decimal(Token from, std::optional<double>& to) {
        double got = 0;
        if (read_decimal(from, got)) {
            to = got;
        } else {
            count(from);
        }
        return Field::fine;
    }
    /// A name, also one that is written as a number.
    simdjson_inline Field name(Token from, std::string_view& to) {
        if (!texts.read(from, to)) {
            const std::string_view token = trimmed(from);
            const bool number = !token.empty() && token.front() >= '0' && token.front() <= '9';
            to = number ? token : std::string_view{};
            if (!number) {
                count(from);
            }
        }
        return Field::fine;
    }
    simdjson_inline Field list(Token from, std::optional<std::string_view>& to) {
        if (!texts.read_list(from, to)) {
            count(from);
        }
        return Field::fine;
    }

private:
    template <class T>
    simdjson_inline bool read_value(Token from, T& to) {
        if constexpr (std::is_same_v<T, std::string_view>) {
            return texts.read(from, to);
        } else {
            return read(from, to);
        }
    }
    simdjson_inline void count(Token from) noexcept { unreadable += trimmed(from) != "null"; }
};

template <class T>
simdjson_inline Field required(Token from, T& to, std::uint32_t& seen, std::uint32_t bit) {
    if (!read(from, to)) {
        return Field::wrong;
    }
    seen |= std::uint32_t{1} << bit;
    return Field::fine;
}

/// A number for which a decimal string may stand elsewhere in the event, so that it is read only when
/// that is missing.
class WholeNumber {
public:
    simdjson_inline Field remember(Token from) {
        from_ = from;
        return Field::fine;
    }
    simdjson_inline void read_unless(std::optional<double>& number, Lenient& in) {
        if (!number && !from_.empty()) {
            in.optional(from_, number);
        }
    }

private:
    Token from_;
};

}  // namespace tsflow::market::massive::wire
