#include <cstddef>
#include <cstring>
#include <memory>
#include <vector>

#include "journal/quarantine.hpp"
#include "journal/survey.hpp"
#include "runtime/crc32c.hpp"

namespace tsflow {

using namespace journal_format;

namespace {

/// A frame as long as what it stands for, in whose place readers see that something is gone.
std::vector<std::byte> lost_frame(std::uint32_t mark, std::uint64_t offset, std::size_t bytes) {
    std::vector<std::byte> frame(bytes);
    FrameHead head;
    head.mark = mark;
    head.length = static_cast<std::uint32_t>(bytes - frame_head_bytes);
    head.kind = Frame::lost;
    head.offset = offset;
    std::memcpy(frame.data(), &head, sizeof head);
    constexpr std::size_t unchecked = offsetof(FrameHead, length);
    head.crc =
        crc32c({reinterpret_cast<const char*>(frame.data()) + unchecked, frame.size() - unchecked});
    std::memcpy(frame.data(), &head, sizeof head);
    return frame;
}

void write_preamble(File& file, std::uint32_t mark) {
    std::byte bytes[preamble_bytes];
    std::memcpy(bytes, magic.data(), magic.size());
    std::memcpy(bytes + magic.size(), &version, sizeof version);
    std::memcpy(bytes + magic.size() + sizeof version, &mark, sizeof mark);
    write_all(file, bytes, 0);
}

}  // namespace

void repair(FileSystem& files, const Segment& segment, const SegmentSurvey& found) {
    const std::unique_ptr<File> file = files.open(segment.path, true);
    for (const JournalDamage& damage : found.damage) {
        keep_damaged(files, segment, *file, damage.from, damage.to);
        std::uint64_t from = damage.from;
        if (from == 0) {
            write_preamble(*file, segment.name.mark);
            from = preamble_bytes;
        }
        if (damage.to % alignment != 0) {
            file->truncate(from);  // nothing whole is behind it
        } else if (damage.to > from) {
            write_all(*file, lost_frame(segment.name.mark, damage.offset, damage.to - from), from);
        }
    }
    if (found.torn_bytes > 0) {
        file->truncate(found.end);
    }
    file->sync();
}

}  // namespace tsflow
