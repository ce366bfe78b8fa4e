#include "runtime/journal_replay.hpp"

#include <algorithm>

#include "tsflow/state.hpp"

namespace tsflow {
namespace {

// What notes begin with: the source's position behind a group, and that entries before this one, from
// the offset given, do not count.
constexpr std::string_view position_note = "position";
constexpr std::string_view unfinished_note = "unfinished";

}  // namespace

JournalReplay::JournalReplay(Journal& journal, std::uint64_t from, bool grouped)
    : from_(from), end_(journal.figures().next), cursor_(journal.read(from)) {
    if (grouped) {
        read_notes(journal);
    }
}

void JournalReplay::read_notes(Journal& journal) {
    std::uint64_t whole = from_;  // up to here, groups are finished
    JournalCursor cursor = journal.read(from_);
    for (auto entry = cursor.next(); entry && entry->offset < end_; entry = cursor.next()) {
        if (entry->kind != JournalEntry::Kind::note) {
            continue;
        }
        StateReader note(entry->note);
        if (note.text() == position_note) {
            position_ = note.text();
        } else {
            unfinished_.push_back({static_cast<std::uint64_t>(note.integer()), entry->offset});
        }
        whole = entry->offset + 1;
    }
    if (whole < end_) {
        unfinished_.push_back({whole, end_});
        StateWriter note;
        note.text(unfinished_note);
        note.integer(static_cast<std::int64_t>(whole));
        journal.append(JournalEntry::of_note(note.bytes()));
        journal.flush();
    }
}

std::optional<JournalEntry> JournalReplay::next() {
    for (;;) {
        std::optional<JournalEntry> entry = cursor_.next();
        if (!entry || entry->offset >= end_) {
            return std::nullopt;
        }
        const std::uint64_t offset = entry->offset;
        const bool passed_over =
            entry->kind == JournalEntry::Kind::note ||
            std::any_of(unfinished_.begin(), unfinished_.end(), [=](const Range& range) {
                return offset >= range.from && offset < range.to;
            });
        if (!passed_over) {
            rows_ += entry->kind == JournalEntry::Kind::batch ? entry->batch.rows() : 0;
            return entry;
        }
    }
}

JournalEntry JournalReplay::note(std::string_view position) {
    StateWriter note;
    note.text(position_note);
    note.text(position);
    return JournalEntry::of_note(note.bytes());
}

}  // namespace tsflow
