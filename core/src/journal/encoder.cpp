#include "journal/encoder.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "data/block.hpp"
#include "journal/compress.hpp"
#include "journal/schema_bytes.hpp"
#include "runtime/crc32c.hpp"
#include "tsflow/error.hpp"

namespace tsflow {

using namespace journal_format;

namespace {

/// Below that, zstd finds nothing.
constexpr std::size_t least_compressed = 128;
/// Buffers whose size depends on the codes' width only after all symbols are known.
constexpr std::size_t narrow = 1u << 8;
constexpr std::size_t medium = 1u << 16;

std::size_t text_bytes(const Batch& batch, std::size_t column) {
    const auto* offsets = BatchAccess::values<std::int32_t>(batch, column);
    return static_cast<std::size_t>(offsets[batch.rows()] - offsets[0]);
}

/// At least what the batch takes in the file.
std::size_t most_bytes(const Batch& batch) {
    const Schema& schema = *batch.schema();
    std::size_t bytes = 8 + aligned(schema.size());
    for (std::size_t column = 0; column < schema.size(); ++column) {
        const Type type = schema[column].type;
        bytes += aligned((batch.rows() + 1) * width_of(type)) + aligned(bitmap_bytes(batch.rows()));
        bytes += type == Type::string ? aligned(text_bytes(batch, column)) : 0;
    }
    return bytes;
}

/// Copies `count` bits from bit `offset` on to the front of `to`, whose last byte is filled up with zeros.
/// Returns how many of them are 1.
std::size_t copy_bits(std::byte* to, const std::byte* from, std::size_t offset, std::size_t count) {
    const std::size_t bytes = bitmap_bytes(count);
    const std::size_t shift = offset % 8;
    from += offset / 8;
    std::size_t ones = 0;
    for (std::size_t i = 0; i < bytes; ++i) {
        unsigned byte = std::to_integer<unsigned>(from[i]) >> shift;
        const std::size_t left = count - 8 * i;
        if (shift != 0 && left > 8 - shift) {
            byte |= std::to_integer<unsigned>(from[i + 1]) << (8 - shift);
        }
        byte &= left < 8 ? (1u << left) - 1 : 0xffu;
        to[i] = static_cast<std::byte>(byte);
        ones += static_cast<std::size_t>(std::popcount(byte));
    }
    return ones;
}

}  // namespace

JournalEncoder::JournalEncoder(std::uint32_t mark, bool compress)
    : mark_(mark), compressor_(compress ? std::make_unique<Compressor>() : nullptr), codes_{0} {}
JournalEncoder::JournalEncoder(JournalEncoder&&) noexcept = default;
JournalEncoder& JournalEncoder::operator=(JournalEncoder&&) noexcept = default;
JournalEncoder::~JournalEncoder() = default;

/// Room for `bytes`, filled up to the alignment with zeros.
std::byte* JournalEncoder::put(std::size_t bytes) {
    std::byte* added = out_.extend(aligned(bytes));
    std::memset(added + bytes, 0, aligned(bytes) - bytes);
    return added;
}

void JournalEncoder::begin_frame(Frame kind, std::uint16_t port, const Place& place) {
    frame_ = out_.size();
    FrameHead head;
    head.mark = mark_;
    head.kind = kind;
    head.port = port;
    head.offset = place.offset;
    head.appended = place.appended;
    out_.push(head);
}

/// The payload is what was put since begin_frame().
void JournalEncoder::end_frame() {
    std::size_t length = out_.size() - frame_ - frame_head_bytes;
    FrameHead head;
    std::memcpy(&head, out_.data() + frame_, sizeof head);
    if (head.kind == Frame::batch && compressor_ != nullptr && length >= least_compressed) {
        const std::byte* columns = out_.data() + frame_ + frame_head_bytes + batch_head_bytes;
        if (const auto smaller = compressor_->compress({columns, length - batch_head_bytes})) {
            head.flags |= compressed;
            length = batch_head_bytes + smaller->size();
            out_.truncate(frame_ + frame_head_bytes + batch_head_bytes);
            std::memcpy(put(smaller->size()), smaller->data(), smaller->size());
        }
    }
    const std::size_t end = frame_ + frame_head_bytes + length;
    const std::size_t filling = aligned(end) - out_.size();
    std::memset(out_.extend(filling), 0, filling);
    head.length = static_cast<std::uint32_t>(length);
    std::memcpy(out_.data() + frame_, &head, sizeof head);
    constexpr std::size_t unchecked = offsetof(FrameHead, length);
    head.crc = crc32c({reinterpret_cast<const char*>(out_.data() + frame_ + unchecked),
                       out_.size() - frame_ - unchecked});
    std::memcpy(out_.data() + frame_, &head, unchecked);
}

void JournalEncoder::begin(const SegmentHeader& header) {
    const Place place{header.first, header.created.time_since_epoch().count()};
    out_.append(magic.data(), magic.size());
    out_.push(version);
    out_.push(mark_);
    begin_frame(Frame::header, 0, place);
    out_.push(header.first);
    out_.push(place.appended);
    for (const std::string* text : {&header.pipeline, &header.node}) {
        out_.push(static_cast<std::uint32_t>(text->size()));
        out_.append(text->data(), text->size());
    }
    end_frame();
    restart(place);
}

void JournalEncoder::restart(const Place& place) {
    begin_frame(Frame::restart, 0, place);
    end_frame();
    schemas_.clear();
    for (const std::int32_t symbol : told_) {
        codes_[static_cast<std::size_t>(symbol)] = -1;
    }
    told_.clear();
    since_restart_ = 0;
}

void JournalEncoder::encode(const JournalEntry& entry, std::uint64_t offset, Timestamp appended) {
    const Place place{offset, appended.time_since_epoch().count()};
    out_.truncate(bytes().size());
    entry_ = out_.size();
    if (unfinished_ || since_restart_ >= restart_bytes) {
        restart(place);
    }
    unfinished_ = true;
    switch (entry.kind) {
        case JournalEntry::Kind::batch:
            encode_batch(entry, place);
            break;
        case JournalEntry::Kind::watermark:
            begin_frame(Frame::watermark, entry.port, place);
            out_.push(entry.time.time_since_epoch().count());
            end_frame();
            break;
        case JournalEntry::Kind::idle:
            begin_frame(Frame::idle, entry.port, place);
            end_frame();
            break;
        case JournalEntry::Kind::note:
            begin_frame(Frame::note, entry.port, place);
            out_.append(entry.note.data(), entry.note.size());
            end_frame();
            break;
    }
    unfinished_ = false;
    since_restart_ += out_.size() - entry_;
}

void JournalEncoder::encode_batch(const JournalEntry& entry, const Place& place) {
    const Batch& batch = entry.batch;
    if (!batch) {
        throw Error("a batch without a schema cannot be journaled");
    }
    if (const std::size_t bytes = most_bytes(batch); bytes > most_payload) {
        throw Error(
            fmt::format("a batch of {} rows and {} bytes is too large for the journal, which takes "
                        "{} at most; use smaller batches",
                        batch.rows(), bytes, most_payload));
    }
    const std::uint32_t schema = tell_schema(batch.schema(), place);
    tell_symbols(batch, place);
    begin_frame(Frame::batch, entry.port, place);
    out_.push(schema);
    out_.push(static_cast<std::uint32_t>(batch.rows()));
    put_columns(batch);
    end_frame();
}

std::uint32_t JournalEncoder::tell_schema(const SchemaPtr& schema, const Place& place) {
    for (std::size_t id = 0; id < schemas_.size(); ++id) {
        if (same(schemas_[id], schema)) {
            return static_cast<std::uint32_t>(id);
        }
    }
    const auto id = static_cast<std::uint32_t>(schemas_.size());
    begin_frame(Frame::schema, 0, place);
    put_schema(out_, id, *schema);
    end_frame();
    schemas_.push_back(schema);
    return id;
}

void JournalEncoder::tell_symbols(const Batch& batch, const Place& place) {
    const std::size_t before = told_.size();
    const Schema& schema = *batch.schema();
    for (std::size_t column = 0; column < schema.size(); ++column) {
        if (schema[column].type != Type::symbol) {
            continue;
        }
        if (codes_.size() < Symbol::count()) {
            codes_.resize(Symbol::count(), -1);
        }
        for (const Symbol symbol : batch.column<Symbol>(column)) {
            std::int32_t& code = codes_[static_cast<std::size_t>(symbol.code())];
            if (code < 0) {
                told_.push_back(symbol.code());
                code = static_cast<std::int32_t>(told_.size());
            }
        }
    }
    if (told_.size() == before) {
        return;
    }
    begin_frame(Frame::symbols, 0, place);
    out_.push(static_cast<std::uint32_t>(before + 1));
    out_.push(static_cast<std::uint32_t>(told_.size() - before));
    for (std::size_t i = before; i < told_.size(); ++i) {
        out_.push(static_cast<std::uint32_t>(Symbol::from_code(told_[i]).text().size()));
    }
    for (std::size_t i = before; i < told_.size(); ++i) {
        const std::string_view text = Symbol::from_code(told_[i]).text();
        out_.append(text.data(), text.size());
    }
    end_frame();
}

void JournalEncoder::put_columns(const Batch& batch) {
    const std::size_t columns = batch.schema()->size();
    const std::size_t layouts = out_.size();
    put(columns);
    const std::size_t bitmap = bitmap_bytes(batch.rows());
    for (std::size_t column = 0; column < columns; ++column) {
        Nulls nulls = Nulls::none;
        if (batch.has_nulls(column) && !batch.empty()) {
            const std::size_t before = out_.size();
            const std::size_t valid =
                copy_bits(put(bitmap), BatchAccess::column(batch, column).validity,
                          BatchAccess::offset(batch), batch.rows());
            nulls = valid == batch.rows() ? Nulls::none : valid == 0 ? Nulls::all : Nulls::bitmap;
            if (nulls != Nulls::bitmap) {
                out_.truncate(before);
            }
        }
        std::uint8_t layout = layout_of(nulls);
        if (nulls != Nulls::all) {
            put_values(batch, column, layout);
        }
        std::memcpy(out_.data() + layouts + column, &layout, 1);
    }
}

void JournalEncoder::put_values(const Batch& batch, std::size_t column, std::uint8_t& layout) {
    const std::size_t rows = batch.rows();
    const Type type = (*batch.schema())[column].type;
    if (type == Type::symbol) {
        put_codes(batch.column<Symbol>(column), layout);
        return;
    }
    if (type != Type::string) {
        const std::size_t width = width_of(type);
        std::memcpy(put(rows * width),
                    BatchAccess::column(batch, column).values + BatchAccess::offset(batch) * width,
                    rows * width);
        return;
    }
    const auto* offsets = BatchAccess::values<std::int32_t>(batch, column);
    const std::int32_t first = offsets[0];
    std::byte* to = put((rows + 1) * sizeof(std::int32_t));
    for (std::size_t row = 0; row <= rows; ++row) {
        const std::int32_t offset = offsets[row] - first;
        std::memcpy(to + row * sizeof offset, &offset, sizeof offset);
    }
    const std::size_t bytes = text_bytes(batch, column);
    if (bytes > 0) {
        std::memcpy(put(bytes), BatchAccess::column(batch, column).text + first, bytes);
    }
}

void JournalEncoder::put_codes(std::span<const Symbol> symbols, std::uint8_t& layout) {
    const auto write = [&](auto code) {
        using Code = decltype(code);
        std::byte* to = put(symbols.size() * sizeof code);
        for (std::size_t row = 0; row < symbols.size(); ++row) {
            code = static_cast<Code>(codes_[static_cast<std::size_t>(symbols[row].code())]);
            std::memcpy(to + row * sizeof code, &code, sizeof code);
        }
        layout = static_cast<std::uint8_t>(layout | std::countr_zero(sizeof code) << 2);
    };
    if (told_.size() < narrow) {
        write(std::uint8_t{});
    } else if (told_.size() < medium) {
        write(std::uint16_t{});
    } else {
        write(std::uint32_t{});
    }
}

}  // namespace tsflow
