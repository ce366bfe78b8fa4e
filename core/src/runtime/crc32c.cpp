#include "runtime/crc32c.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

namespace tsflow {
namespace {

using Table = std::array<std::uint32_t, 256>;

constexpr Table make_table() {
    constexpr std::uint32_t reflected_polynomial = 0x82F63B78;
    Table table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit) {
            value = (value >> 1) ^ ((value & 1) != 0 ? reflected_polynomial : 0);
        }
        table[i] = value;
    }
    return table;
}

constexpr Table table = make_table();

std::uint32_t by_table(std::uint32_t crc, std::string_view bytes) noexcept {
    for (const char byte : bytes) {
        crc = (crc >> 8) ^ table[(crc ^ static_cast<std::uint8_t>(byte)) & 0xFF];
    }
    return crc;
}

#if defined(__x86_64__)

// The processor's crc32 instruction takes three cycles and can begin one each cycle, so three checksums of
// neighbouring stretches are computed at once. To join them, the first is moved over as many zero bytes as
// the second is long, which is a linear map of its bits: a table for each of its bytes, found by squaring
// the map of one zero byte.

constexpr std::size_t stretch = 1024;

using Map = std::array<std::uint32_t, 32>;  // what each bit becomes

constexpr std::uint32_t applied(const Map& map, std::uint32_t value) {
    std::uint32_t sum = 0;
    for (std::size_t bit = 0; bit < map.size(); ++bit) {
        sum ^= (value >> bit & 1) != 0 ? map[bit] : 0;
    }
    return sum;
}

constexpr std::array<Table, 4> make_shift() {
    Map map{};
    for (std::size_t bit = 0; bit < map.size(); ++bit) {
        const std::uint32_t one = std::uint32_t{1} << bit;
        map[bit] = (one >> 8) ^ table[one & 0xFF];
    }
    for (std::size_t bytes = 1; bytes < stretch; bytes *= 2) {
        Map squared{};
        for (std::size_t bit = 0; bit < map.size(); ++bit) {
            squared[bit] = applied(map, map[bit]);
        }
        map = squared;
    }
    std::array<Table, 4> shift{};
    for (std::size_t byte = 0; byte < shift.size(); ++byte) {
        for (std::uint32_t value = 0; value < 256; ++value) {
            shift[byte][value] = applied(map, value << (8 * byte));
        }
    }
    return shift;
}

static_assert(std::has_single_bit(stretch));
constexpr std::array<Table, 4> shift = make_shift();

std::uint64_t over_a_stretch(std::uint64_t crc) noexcept {
    return shift[0][crc & 0xFF] ^ shift[1][crc >> 8 & 0xFF] ^ shift[2][crc >> 16 & 0xFF] ^
           shift[3][crc >> 24 & 0xFF];
}

std::uint64_t word_at(const char* at) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    return word;
}

__attribute__((target("sse4.2"))) std::uint32_t by_instruction(std::uint32_t crc,
                                                               std::string_view bytes) noexcept {
    const char* at = bytes.data();
    std::size_t left = bytes.size();
    std::uint64_t first = crc;
    for (; left >= 3 * stretch; at += 3 * stretch, left -= 3 * stretch) {
        std::uint64_t second = 0;
        std::uint64_t third = 0;
        for (std::size_t i = 0; i < stretch; i += sizeof(std::uint64_t)) {
            first = __builtin_ia32_crc32di(first, word_at(at + i));
            second = __builtin_ia32_crc32di(second, word_at(at + stretch + i));
            third = __builtin_ia32_crc32di(third, word_at(at + 2 * stretch + i));
        }
        first = over_a_stretch(over_a_stretch(first) ^ second) ^ third;
    }
    for (; left >= sizeof(std::uint64_t);
         at += sizeof(std::uint64_t), left -= sizeof(std::uint64_t)) {
        first = __builtin_ia32_crc32di(first, word_at(at));
    }
    auto rest = static_cast<std::uint32_t>(first);
    for (; left > 0; ++at, --left) {
        rest = __builtin_ia32_crc32qi(rest, static_cast<unsigned char>(*at));
    }
    return rest;
}

const bool has_instruction = __builtin_cpu_supports("sse4.2") != 0;

#else

constexpr bool has_instruction = false;

std::uint32_t by_instruction(std::uint32_t crc, std::string_view bytes) noexcept {
    return by_table(crc, bytes);
}

#endif

}  // namespace

std::uint32_t crc32c(std::string_view bytes) noexcept {
    constexpr std::uint32_t all_ones = ~std::uint32_t{0};
    return ~(has_instruction ? by_instruction(all_ones, bytes) : by_table(all_ones, bytes));
}

std::uint32_t crc32c_by_table(std::string_view bytes) noexcept {
    return ~by_table(~std::uint32_t{0}, bytes);
}

}  // namespace tsflow
