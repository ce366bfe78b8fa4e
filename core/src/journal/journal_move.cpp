#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "journal/decoder.hpp"
#include "journal/frame_reader.hpp"
#include "journal/journal_state.hpp"
#include "journal/undo.hpp"

namespace tsflow {
namespace {

/// A file with what is still to be written behind it.
class WithCollected final : public File {
public:
    WithCollected(const File& file, std::uint64_t written, std::span<const std::byte> collected)
        : file_(file), written_(written), collected_(collected) {}

    std::size_t read_some(std::span<std::byte> bytes, std::uint64_t at) const override {
        if (at < written_) {
            return file_.read_some(
                bytes.first(std::min<std::uint64_t>(bytes.size(), written_ - at)), at);
        }
        const std::size_t from = at - written_;
        const std::size_t count = std::min(bytes.size(), collected_.size() - from);
        std::memcpy(bytes.data(), collected_.data() + from, count);
        return count;
    }
    std::uint64_t size() const override { return written_ + collected_.size(); }
    std::size_t write_some(std::span<const std::byte> /*bytes*/, std::uint64_t /*at*/) override {
        return 0;
    }
    void truncate(std::uint64_t /*size*/) override {}
    void sync() override {}

private:
    const File& file_;
    std::uint64_t written_;
    std::span<const std::byte> collected_;
};

}  // namespace

/// After a sync has failed, nothing tells which of the pages since the last one will ever be on the disk, and
/// the next sync may well succeed without them. But they can still be read: they go into a new file, which
/// takes its name only when it is whole and on the disk.
void Journal::State::move_unsynced() {
    const std::lock_guard one_at_a_time(syncing);
    std::uint64_t from = 0;
    {
        const std::lock_guard lock(shared);
        if (!sync_failed) {
            return;
        }
        from = figures.durable;
    }
    const auto segment = new_segment(from, growing->first_appended);
    std::filesystem::path unfinished = segment->path;
    unfinished += journal_format::unfinished_suffix;
    SegmentWriter moved(files, unfinished, segment->name.mark,
                        {from, segment->first_appended, options.pipeline, options.node},
                        options.compress);
    Undo unmake([&] { files.remove(unfinished); });

    const WithCollected source(*writer->file(), writer->written(), writer->collected_bytes());
    FrameReader frames(source, growing->name);
    JournalDecoder decoder;
    std::uint64_t gone = 0;
    std::uint64_t expected = from;
    for (auto found = frames.next(source.size()); found != FrameReader::Found::end;
         found = frames.next(source.size())) {
        if (found != FrameReader::Found::frame) {
            continue;
        }
        if (!journal_format::is_entry(frames.head().kind)) {
            decoder.learn(frames.head(), frames.payload());
        } else if (frames.head().offset >= from) {
            const auto entry = decoder.decode(frames.head(), frames.payload());
            if (!entry) {
                continue;
            }
            gone += entry->offset - expected;
            expected = entry->offset + 1;
            moved.add(*entry, entry->offset, entry->appended);
            if (moved.collected() >= most_collected) {
                moved.write_out();
            }
        }
    }
    gone += figures.next - expected;
    moved.write_out();
    moved.file()->sync();
    files.rename(unfinished, segment->path);
    unmake.dismiss();
    Undo unname([&] { files.remove(segment->path); });
    files.sync_folder(options.folder);
    unname.dismiss();

    tell(Level::warning,
         fmt::format("a sync failed: entries {} to {} were moved from {} to {}", from,
                     figures.next - 1, growing->name.to_string(), segment->name.to_string()));
    if (gone > 0) {
        tell(Level::error, fmt::format("{} of these entries could not be read back", gone));
    }
    const std::shared_ptr<Segment> old = growing;
    segment->bytes = moved.written();
    segment->next = figures.next;
    segment->last_appended = old->last_appended;
    writer = std::move(moved);
    growing = segment;
    const std::lock_guard lock(shared);
    figures.bytes -= old->bytes + collected - durable_bytes;
    figures.bytes += segment->bytes;
    figures.damaged_entries += gone;
    collected = 0;
    old->bytes = durable_bytes;
    old->next = from;
    old->sealed = true;
    segments.push_back(segment);
    growing_file = writer->file();
    durable_bytes = segment->bytes;
    figures.flushed = figures.durable = figures.next;
    sync_failed = false;
    changed.notify_all();
}

}  // namespace tsflow
