#include "journal/decoder.hpp"

#include <cstring>
#include <utility>

#include "data/block.hpp"
#include "journal/byte_reader.hpp"
#include "journal/column_bytes.hpp"
#include "journal/compress.hpp"
#include "journal/schema_bytes.hpp"

namespace tsflow {

using namespace journal_format;

namespace {

constexpr std::string_view not_understood = "it is not of a form that this version writes";
constexpr std::string_view schema_lost = "its schema was in a part that is lost";
constexpr std::string_view symbols_lost = "some of its symbols were in a part that is lost";

}  // namespace

JournalDecoder::JournalDecoder() : symbols_{0} {}
JournalDecoder::JournalDecoder(JournalDecoder&&) noexcept = default;
JournalDecoder& JournalDecoder::operator=(JournalDecoder&&) noexcept = default;
JournalDecoder::~JournalDecoder() = default;

void JournalDecoder::learn(const FrameHead& head, std::span<const std::byte> payload) {
    if (head.kind == Frame::restart) {
        schemas_.clear();
        symbols_.assign(1, 0);
    } else if (head.kind == Frame::schema) {
        if (auto schema = read_schema(payload)) {
            schemas_[schema->first] = std::move(schema->second);
        }
    } else if (head.kind == Frame::symbols) {
        learn_symbols(payload);
    }
}

void JournalDecoder::learn_symbols(std::span<const std::byte> payload) {
    ByteReader in(payload);
    const std::size_t first = in.number<std::uint32_t>();
    const std::size_t count = in.number<std::uint32_t>();
    const std::byte* lengths = in.take(count * sizeof(std::uint32_t));
    // The writer numbers without gaps: more in between than could be in one frame is not its work.
    if (lengths == nullptr || first == 0 || first > symbols_.size() + most_payload) {
        return;
    }
    if (symbols_.size() < first + count) {
        symbols_.resize(first + count, -1);
    }
    for (std::size_t i = 0; i < count; ++i) {
        std::uint32_t length = 0;
        std::memcpy(&length, lengths + i * sizeof length, sizeof length);
        const std::string_view text = in.text(length);
        if (!in.ok()) {
            return;
        }
        symbols_[first + i] = Symbol::intern(text).code();
    }
}

std::optional<JournalEntry> JournalDecoder::decode(const FrameHead& head,
                                                   std::span<const std::byte> payload) {
    JournalEntry entry;
    entry.kind = static_cast<JournalEntry::Kind>(head.kind);
    entry.port = head.port;
    entry.offset = head.offset;
    entry.appended = Timestamp{Duration{head.appended}};
    switch (head.kind) {
        case Frame::batch:
            return decode_batch(head, payload, entry.batch) ? std::optional{std::move(entry)}
                                                            : std::nullopt;
        case Frame::watermark: {
            ByteReader in(payload);
            entry.time = Timestamp{Duration{in.number<std::int64_t>()}};
            if (in.ok()) {
                return entry;
            }
            break;
        }
        case Frame::idle:
            return entry;
        case Frame::note:
            entry.note = ByteReader(payload).text(payload.size());
            return entry;
        default:
            break;
    }
    problem_ = not_understood;
    return std::nullopt;
}

bool JournalDecoder::decode_batch(const FrameHead& head, std::span<const std::byte> payload,
                                  Batch& batch) {
    problem_ = not_understood;
    if (payload.size() < batch_head_bytes) {
        return false;
    }
    ByteReader front(payload.first(batch_head_bytes));
    const auto found = schemas_.find(front.number<std::uint32_t>());
    const std::size_t rows = front.number<std::uint32_t>();
    if (found == schemas_.end()) {
        problem_ = schema_lost;
        return false;
    }
    std::span<const std::byte> columns = payload.subspan(batch_head_bytes);
    if ((head.flags & compressed) != 0) {
        if (decompressor_ == nullptr) {
            decompressor_ = std::make_unique<Decompressor>();
        }
        const auto plain = decompressor_->decompress(columns, most_payload);
        if (!plain) {
            return false;
        }
        columns = *plain;
    }

    const Schema& schema = *found->second;
    ByteReader in(columns);
    const std::byte* layouts = in.buffer(schema.size());
    std::vector<ColumnBytes> buffers;
    std::size_t bytes = 0;
    for (std::size_t column = 0; column < schema.size() && in.ok(); ++column) {
        buffers.push_back(
            find_column(in, schema[column], std::to_integer<std::uint8_t>(layouts[column]), rows));
        bytes += BlockWriter::bytes_of(schema[column].type, rows, buffers.back().text_bytes,
                                       buffers.back().nulls != Nulls::none);
    }
    if (!in.ok()) {
        return false;
    }
    BlockWriter writer(found->second, rows, bytes);
    for (std::size_t column = 0; column < schema.size(); ++column) {
        const ColumnBytes& from = buffers[column];
        const NewColumn to =
            writer.add(schema[column].type, from.text_bytes, from.nulls != Nulls::none);
        if (!fill_column(to, from, schema[column].type, rows, symbols_)) {
            problem_ = symbols_lost;
            return false;
        }
    }
    batch = writer.finish();
    return true;
}

std::uint32_t rows_of(const FrameHead& head, std::span<const std::byte> payload) {
    if (head.kind != Frame::batch || payload.size() < batch_head_bytes) {
        return 0;
    }
    ByteReader in(payload.subspan(sizeof(std::uint32_t)));
    return in.number<std::uint32_t>();
}

}  // namespace tsflow
