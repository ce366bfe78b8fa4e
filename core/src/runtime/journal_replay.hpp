#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "journal/cursor.hpp"
#include "journal/journal.hpp"

namespace tsflow {

/// What a source's journal holds behind a checkpoint, from one start to the next. Of a source that has a
/// position of its own, the log keeps what each poll emitted as one group, with the position noted behind
/// it. The entries of a last group without a note are passed over, now and at every later start, because
/// the source sends these rows again.
class JournalReplay {
public:
    /// Looks through the notes when `grouped`, and writes down what is to be passed over. Throws IoError.
    JournalReplay(Journal& journal, std::uint64_t from, bool grouped);

    /// The source's position behind the last whole group; nothing when there is none.
    const std::optional<std::string>& position() const noexcept { return position_; }
    bool empty() const noexcept { return from_ >= end_; }
    /// The next entry that counts; nothing at the end of what there was at the start.
    std::optional<JournalEntry> next();
    std::uint64_t rows() const noexcept { return rows_; }  ///< given so far

    /// The note for a position behind a group.
    static JournalEntry note(std::string_view position);

private:
    struct Range {
        std::uint64_t from, to;  ///< `to` is not included
    };
    void read_notes(Journal& journal);

    std::uint64_t from_, end_;
    JournalCursor cursor_;
    std::optional<std::string> position_;
    std::vector<Range> unfinished_;
    std::uint64_t rows_ = 0;
};

}  // namespace tsflow
