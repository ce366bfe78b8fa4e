#include "journal/cursor.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "journal/cursor_state.hpp"

namespace tsflow {

JournalCursor::State::State(Journal::State& of, std::uint64_t from) : position(from), journal_(of) {
    // What was trimmed is not lost.
    const std::lock_guard lock(journal_.shared);
    position = std::max(from, journal_.figures.needed);
}

bool JournalCursor::State::begin_segment() {
    auto segment = journal_.segment_for(position);
    if (segment == nullptr) {
        return false;
    }
    auto file = journal_.files.open(segment->path, false);
    const File& opened = *file;
    reading_ = std::make_unique<Reading>(
        Reading{segment, std::move(file), FrameReader(opened, segment->name), {}});
    return true;
}

/// What lies between is gone.
void JournalCursor::State::skip_to(std::uint64_t offset) {
    const std::uint64_t gone = offset - position;
    lost_ += gone;
    position = offset;
    if (count_damage_ && gone > 0) {
        const std::lock_guard lock(journal_.shared);
        journal_.figures.damaged_entries += gone;
        count_damage_ = false;
    }
}

void JournalCursor::State::damaged(std::string_view what) {
    const FrameReader& frames = reading_->frames;
    count_damage_ =
        journal_.damaged(*reading_->segment, *reading_->file, frames.at(), frames.end(), what) ||
        count_damage_;
}

std::optional<JournalEntry> JournalCursor::State::take(const FrameReader& frames) {
    if (frames.head().offset < position) {
        return std::nullopt;
    }
    skip_to(frames.head().offset);
    std::optional<JournalEntry> entry = reading_->decoder.decode(frames.head(), frames.payload());
    if (!entry) {
        damaged(reading_->decoder.problem());
        skip_to(position + 1);
        return std::nullopt;
    }
    ++position;
    entry->lost = std::exchange(lost_, 0);
    return entry;
}

std::optional<JournalEntry> JournalCursor::State::next() {
    while (reading_ != nullptr || begin_segment()) {
        const Journal::State::View view = journal_.view(*reading_->segment);
        if (position >= view.next) {
            if (!view.sealed) {
                return std::nullopt;
            }
            reading_.reset();
            continue;
        }
        FrameReader& frames = reading_->frames;
        switch (frames.next(view.bytes)) {
            case FrameReader::Found::frame:
                if (!journal_format::is_entry(frames.head().kind)) {
                    reading_->decoder.learn(frames.head(), frames.payload());
                } else if (frames.head().offset >= view.next) {
                    skip_to(view.next);
                } else if (auto entry = take(frames)) {
                    return entry;
                }
                break;
            case FrameReader::Found::damage:
            case FrameReader::Found::tail:
                damaged("damaged");
                break;
            case FrameReader::Found::end:
                skip_to(view.next);
                break;
        }
    }
    return std::nullopt;
}

JournalCursor::JournalCursor(std::unique_ptr<State> state) : state_(std::move(state)) {}
JournalCursor::JournalCursor(JournalCursor&&) noexcept = default;
JournalCursor& JournalCursor::operator=(JournalCursor&&) noexcept = default;
JournalCursor::~JournalCursor() = default;

std::optional<JournalEntry> JournalCursor::next() {
    return state_->next();
}

std::uint64_t JournalCursor::position() const noexcept {
    return state_->position;
}

}  // namespace tsflow
