#include "journal/survey.hpp"

#include <cstring>
#include <memory>

#include "journal/byte_reader.hpp"
#include "journal/decoder.hpp"
#include "journal/frame_reader.hpp"

namespace tsflow {

using namespace journal_format;

namespace {

class Survey {
public:
    Survey(const Segment& segment, bool last, const std::function<bool(const JournalEntry&)>& visit)
        : segment_(segment), last_(last), visit_(visit) {
        found_.next = segment.name.first;
    }

    SegmentSurvey run(const File& file) {
        const std::uint64_t size = file.size();
        FrameReader frames(file, segment_.name);
        bool more = true;
        for (auto found = frames.next(size); more && found != FrameReader::Found::end;
             found = frames.next(size)) {
            if (found == FrameReader::Found::frame) {
                more = take(frames);
                found_.end = frames.end();
            } else if (found == FrameReader::Found::tail && last_) {
                found_.torn_bytes = frames.end() - frames.at();
            } else {
                add_damage(frames, "the checksum does not match");
            }
        }
        return std::move(found_);
    }

private:
    void add_damage(const FrameReader& frames, std::string_view what) {
        found_.damage.push_back({frames.at(), frames.end(), found_.next, std::string{what}});
    }

    bool take(const FrameReader& frames) {
        const FrameHead& head = frames.head();
        if (!is_entry(head.kind)) {
            decoder_.learn(head, frames.payload());
            if (head.kind == Frame::header) {
                ByteReader in(frames.payload());
                in.number<std::uint64_t>();
                found_.first_appended = found_.last_appended =
                    Timestamp{Duration{in.number<std::int64_t>()}};
                found_.pipeline = in.text();
                found_.node = in.text();
            }
            return true;
        }
        // Continued in the next segment because this one's disk failed.
        if (!last_ && head.offset >= segment_.next) {
            return false;
        }
        bool more = true;
        if (visit_) {
            if (const auto entry = decoder_.decode(head, frames.payload())) {
                more = visit_(*entry);
            } else {
                add_damage(frames, decoder_.problem());
            }
        }
        ++found_.entries;
        found_.rows += rows_of(head, frames.payload());
        found_.next = head.offset + 1;
        found_.last_appended = Timestamp{Duration{head.appended}};
        found_.compressed |= (head.flags & compressed) != 0;
        return more;
    }

    const Segment& segment_;
    bool last_;
    const std::function<bool(const JournalEntry&)>& visit_;
    JournalDecoder decoder_;
    SegmentSurvey found_;
};

}  // namespace

SegmentSurvey survey(FileSystem& files, const Segment& segment, bool last,
                     const std::function<bool(const JournalEntry& entry)>& visit) {
    const std::unique_ptr<File> file = files.open(segment.path, false);
    return Survey(segment, last, visit).run(*file);
}

}  // namespace tsflow
