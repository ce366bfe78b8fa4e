#include "runtime/spill.hpp"

#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "runtime/running_node.hpp"
#include "runtime/scratch_files.hpp"
#include "tsflow/error.hpp"
#include "tsflow/state.hpp"

namespace tsflow {
namespace {

constexpr std::uint64_t segment_bytes = 16ull << 20;
constexpr std::string_view barrier_note = "barrier";
constexpr std::string_view end_note = "end";

JournalOptions options_of(const Spill::Settings& settings) {
    JournalOptions options;
    options.folder = settings.folder;
    options.node = settings.node;
    options.sync.when = SyncPolicy::When::asked;
    options.max_bytes = settings.max_bytes;
    options.segment_bytes = segment_bytes;
    return options;
}

JournalEntry entry_of(const Message& message) {
    StateWriter note;
    switch (message.kind) {
        case Message::Kind::batch:
            return JournalEntry::of_batch(0, message.batch);
        case Message::Kind::watermark:
            return JournalEntry::of_watermark(0, message.time);
        case Message::Kind::idle:
            return JournalEntry::of_idle(0);
        case Message::Kind::barrier:
            note.text(barrier_note);
            note.integer(static_cast<std::int64_t>(message.barrier->id));
            for (const auto& [source, position] : message.barrier->positions) {
                note.text(source);
                note.text(position);
            }
            break;
        case Message::Kind::end:
            note.text(end_note);
            break;
    }
    return JournalEntry::of_note(note.bytes());
}

void read_note(const std::string& bytes, Message& message) {
    StateReader note(bytes);
    if (note.text() == end_note) {
        message.kind = Message::Kind::end;
        return;
    }
    Barrier barrier;
    barrier.id = static_cast<std::uint64_t>(note.integer());
    while (!note.at_end()) {
        std::string source{note.text()};
        barrier.positions[std::move(source)] = note.text();
    }
    message.kind = Message::Kind::barrier;
    message.barrier = std::make_shared<const Barrier>(std::move(barrier));
}

}  // namespace

Spill::Spill(const Settings& settings)
    : folder_(settings.folder),
      clock_(*settings.clock),
      node_(settings.node),
      journal_(options_of(settings), *settings.clock, settings.report, scratch_files()),
      cursor_(journal_.read(0)) {}

Spill::~Spill() {
    std::error_code ignored;  // what stays is removed at the next start
    std::filesystem::remove_all(folder_, ignored);
}

std::optional<std::string> Spill::put(const Message& message) {
    try {
        if (!appended_ && !journal_.append(entry_of(message))) {
            return fmt::format("its queue on disk has reached its limit of {} bytes",
                               journal_.options().max_bytes);
        }
        appended_ = true;
        journal_.flush();
    } catch (const IoError& error) {
        return error.what();
    }
    appended_ = false;
    return std::nullopt;
}

Message Spill::take() {
    std::optional<JournalEntry> entry = cursor_.next();
    if (!entry || entry->lost > 0) {
        throw Error(fmt::format(
            "rows that waited on disk in front of {} are damaged; a restart reads them again",
            node_));
    }
    Message message;
    message.ingested = steady_now() - (clock_.now() - entry->appended).count();
    switch (entry->kind) {
        case JournalEntry::Kind::batch:
            message.batch = std::move(entry->batch);
            break;
        case JournalEntry::Kind::watermark:
            message.kind = Message::Kind::watermark;
            message.time = entry->time;
            break;
        case JournalEntry::Kind::idle:
            message.kind = Message::Kind::idle;
            break;
        case JournalEntry::Kind::note:
            read_note(entry->note, message);
            break;
    }
    return message;
}

void Spill::trim() {
    journal_.trim(cursor_.position());
}

}  // namespace tsflow
