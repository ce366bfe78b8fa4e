#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "tsflow/time.hpp"

namespace tsflow::journal_format {

// A journal is a folder of segment files, each named by the offset of its first entry and its mark:
//
//     state_dir/journal/sources.feed/
//       00000000000000000000-5f3a90c1.segment     entries 0 to 8191
//       00000000000000008192-c20d4e77.segment     entries 8192 and on: the one that grows
//       quarantine/                               copies of bytes that could not be read
//
// The mark is a random number. It begins every frame, so that after damage the next whole frame is found,
// and nothing else is taken for one: neither a row that looks like a frame, nor what an older file left on
// the disk. It is in the name so that a damaged header costs the header only.
//
//     segment   0 ┌────────────────────────────┐
//                 │ "TSFLOWJ\n"                │
//               8 │ u32 version │ u32 mark     │
//              16 ├────────────────────────────┤        frame 0 ┌─────────────────────────────────┐
//                 │ frame: header              │                │ u32 mark      │ u32 crc         │
//                 ├────────────────────────────┤              8 │ u32 length    │ kind flags port │
//                 │ frame: restart             │             16 │ u64 offset                      │
//                 │ frame: schema 0            │             24 │ i64 appended, ns since 1970     │
//                 │ frame: symbols 1 to 30     │             32 ├─────────────────────────────────┤
//                 │ frame: batch               │                │ payload, `length` bytes         │
//                 │ frame: batch               │                │ zeros to a multiple of 8        │
//                 │ …                          │                └─────────────────────────────────┘
//                 └────────────────────────────┘
//
// All numbers are little-endian, all frames begin at multiples of 8. The checksum is CRC-32C of the frame
// from byte 8 to its end, zeros included. A frame that is no entry has the offset of the next entry. Of a
// batch with the flag `compressed`, all behind schema id and rows is a zstd frame.
//
// Payloads:
//
//     header     u64 first offset, i64 created, texts: pipeline, node        text = u32 bytes, bytes
//     restart    nothing. What follows needs no frame before it: batches refer only to schemas and symbols
//                that were told since. Comes every 4 MiB, so that damage to a schema or symbols costs no more
//     schema     u32 id, u32 fields; for each: u8 type, u8 flags (nullable 1, key 2, event time 4),
//                texts: name, unit
//     symbols    u32 first code, u32 count; u32 length of each; their texts. Code 0 is the empty text
//     batch      u32 schema id, u32 rows; u8 layout of each column; for each column its buffers: validity
//                bitmap, values, text. Layout and buffers are filled up with zeros to multiples of 8
//                    layout    bits 0-1: 0 no nulls, 1 a bitmap, 2 all null and no buffers
//                              bits 2-3 of symbols: codes of 1 (0), 2 (1) or 4 (2) bytes
//                    values    as in memory; symbols: this file's codes; strings: i32 offsets, rows + 1
//     watermark  i64 time                idle  nothing                note  bytes
//     lost       zeros: stands where `tsflow journal repair` took damaged bytes away
//
// The last segment may end in the middle of a frame: a torn tail, which opening cuts. Anywhere else a frame
// that does not check is damage. A segment ends where the next begins: entries at or beyond that offset do
// not count, because a segment whose disk failed is continued in a new one.

static_assert(std::endian::native == std::endian::little);

inline constexpr std::string_view magic = "TSFLOWJ\n";
inline constexpr std::uint32_t version = 1;
inline constexpr std::size_t preamble_bytes = 16;
inline constexpr std::size_t frame_head_bytes = 32;
inline constexpr std::size_t alignment = 8;
/// Behind so many bytes a segment restarts.
inline constexpr std::uint64_t restart_bytes = 4u << 20;
/// Reaches over the header of any segment.
inline constexpr std::size_t most_header_bytes = 64 * 1024;
/// Behind the name of a segment that is not complete yet, and counts only once it is.
inline constexpr std::string_view unfinished_suffix = ".unfinished";
inline constexpr std::size_t most_payload = std::size_t{1} << 30;

/// JournalEntry::Kind goes on in the kinds of frames that are no entries.
enum class Frame : std::uint8_t {
    batch = 1,
    watermark = 2,
    idle = 3,
    note = 4,
    header = 16,
    restart = 17,
    schema = 18,
    symbols = 19,
    lost = 20,
};
inline constexpr std::uint8_t compressed = 1;
/// Schema id and rows.
inline constexpr std::size_t batch_head_bytes = 8;

constexpr bool is_entry(Frame kind) noexcept {
    return kind < Frame::header;
}
constexpr std::size_t aligned(std::size_t bytes) noexcept {
    return (bytes + alignment - 1) & ~(alignment - 1);
}

struct FrameHead {
    std::uint32_t mark = 0;
    std::uint32_t crc = 0;
    std::uint32_t length = 0;  ///< of the payload, without what fills it up
    Frame kind = Frame::batch;
    std::uint8_t flags = 0;
    std::uint16_t port = 0;
    std::uint64_t offset = 0;
    std::int64_t appended = 0;
};
static_assert(sizeof(FrameHead) == frame_head_bytes);

/// Nulls of a column, and bytes of a symbol's code, in a batch's layout.
enum class Nulls : std::uint8_t { none = 0, bitmap = 1, all = 2 };
constexpr std::uint8_t layout_of(Nulls nulls, std::uint8_t code_width_log2 = 0) noexcept {
    return static_cast<std::uint8_t>(static_cast<unsigned>(nulls) | code_width_log2 << 2);
}

/// What a segment's file name says.
struct SegmentName {
    std::uint64_t first = 0;
    std::uint32_t mark = 0;
    std::string to_string() const;
};
/// Nothing for the name of any other file.
std::optional<SegmentName> parse_segment_name(std::string_view name);

struct SegmentHeader {
    std::uint64_t first = 0;
    Timestamp created{};
    std::string pipeline;
    std::string node;
};

}  // namespace tsflow::journal_format
