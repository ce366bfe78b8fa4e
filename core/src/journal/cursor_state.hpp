#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "journal/cursor.hpp"
#include "journal/decoder.hpp"
#include "journal/frame_reader.hpp"
#include "journal/journal_state.hpp"

namespace tsflow {

struct JournalCursor::State {
    State(Journal::State& of, std::uint64_t from);

    std::optional<JournalEntry> next();

    std::uint64_t position;

private:
    struct Reading {
        std::shared_ptr<const Segment> segment;
        std::unique_ptr<File> file;
        FrameReader frames;
        JournalDecoder decoder;
    };
    bool begin_segment();
    std::optional<JournalEntry> take(const FrameReader& frames);
    void skip_to(std::uint64_t offset);
    void damaged(std::string_view what);

    Journal::State& journal_;
    std::unique_ptr<Reading> reading_;
    std::uint64_t lost_ = 0;     // since the last entry
    bool count_damage_ = false;  // the next gap is of damage that was found here first
};

}  // namespace tsflow
