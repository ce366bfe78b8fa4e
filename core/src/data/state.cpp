#include "tsflow/state.hpp"

#include <bit>
#include <cstddef>

#include "tsflow/error.hpp"

namespace tsflow {

namespace {

// Each value is one byte for its kind and 8 bytes, least first:
//
//     'i' value          'r' IEEE 754 bits          't' length, then the bytes of the text
constexpr char integer_kind = 'i';
constexpr char real_kind = 'r';
constexpr char text_kind = 't';
constexpr std::size_t word_size = 8;

void append_word(std::string& out, char kind, std::uint64_t word) {
    char bytes[1 + word_size] = {kind};
    for (std::size_t i = 0; i < word_size; ++i) {
        bytes[1 + i] = static_cast<char>(word >> (8 * i));
    }
    out.append(bytes, sizeof bytes);
}

const char* name_of(char kind) {
    switch (kind) {
        case integer_kind:
            return "an integer";
        case real_kind:
            return "a real number";
        case text_kind:
            return "a text";
        default:
            return "an unknown kind of value";
    }
}

/// Takes the next value's word off `rest`, which stays as it is when this throws.
std::uint64_t take_word(std::string_view& rest, char kind) {
    if (rest.empty()) {
        throw Error(std::string{"the saved state ends where "} + name_of(kind) + " is expected");
    }
    if (rest.front() != kind) {
        throw Error(std::string{"the saved state holds "} + name_of(rest.front()) + " where " +
                    name_of(kind) + " is expected; it was written by another version of the node");
    }
    if (rest.size() < 1 + word_size) {
        throw Error(std::string{"the saved state ends within "} + name_of(kind));
    }
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < word_size; ++i) {
        word |= std::uint64_t{static_cast<unsigned char>(rest[1 + i])} << (8 * i);
    }
    rest.remove_prefix(1 + word_size);
    return word;
}

}  // namespace

void StateWriter::integer(std::int64_t value) {
    append_word(bytes_, integer_kind, static_cast<std::uint64_t>(value));
}

void StateWriter::real(double value) {
    append_word(bytes_, real_kind, std::bit_cast<std::uint64_t>(value));
}

void StateWriter::text(std::string_view value) {
    append_word(bytes_, text_kind, value.size());
    bytes_ += value;
}

std::int64_t StateReader::integer() {
    return static_cast<std::int64_t>(take_word(rest_, integer_kind));
}

double StateReader::real() {
    return std::bit_cast<double>(take_word(rest_, real_kind));
}

std::string_view StateReader::text() {
    std::string_view rest = rest_;
    const std::uint64_t length = take_word(rest, text_kind);
    if (length > rest.size()) {
        throw Error("the saved state ends within a text of " + std::to_string(length) + " bytes");
    }
    const std::string_view value = rest.substr(0, length);
    rest_ = rest.substr(length);
    return value;
}

}  // namespace tsflow
