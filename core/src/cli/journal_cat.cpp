#include <algorithm>
#include <cstddef>

#include <fmt/format.h>

#include "cli/exit_codes.hpp"
#include "cli/journal.hpp"
#include "cli/terminal.hpp"
#include "journal/survey.hpp"

namespace tsflow::cli {
namespace {

/// Prints rows until there were enough; marks count as one row each.
class Printer {
public:
    explicit Printer(const JournalArgs& args) : args_(args) {}

    bool operator()(const JournalEntry& entry) {
        if (entry.offset >= args_.to.value_or(entry.offset + 1)) {
            return false;
        }
        if (entry.offset < args_.from || (args_.port && *args_.port != entry.port)) {
            return true;
        }
        args_.format == JournalArgs::Format::table ? as_table(entry) : as_lines(entry);
        return printed_ < limit();
    }
    bool done() const { return printed_ >= limit(); }

private:
    std::uint64_t limit() const { return args_.limit.value_or(~std::uint64_t{0}); }
    std::size_t rows_to_print(const Batch& batch) const {
        return std::min<std::uint64_t>(batch.rows(), limit() - printed_);
    }

    void as_lines(const JournalEntry& entry) {
        const std::string head =
            fmt::format(R"({{"offset":{},"port":{},"appended":"{}",)", entry.offset, entry.port,
                        format_timestamp(entry.appended));
        if (entry.kind != JournalEntry::Kind::batch) {
            print(head + mark(entry) + "}\n");
            ++printed_;
            return;
        }
        std::string lines;
        const std::size_t rows = rows_to_print(entry.batch);
        for (std::size_t row = 0; row < rows; ++row) {
            lines += head + R"("record":)";
            append_json(lines, entry.batch, row);
            lines += "}\n";
        }
        print(lines);
        printed_ += rows;
    }

    static std::string mark(const JournalEntry& entry) {
        switch (entry.kind) {
            case JournalEntry::Kind::watermark:
                return fmt::format(R"("watermark":"{}")", format_timestamp(entry.time));
            case JournalEntry::Kind::idle:
                return R"("idle":true)";
            default:
                return fmt::format(R"("note_bytes":{})", entry.note.size());
        }
    }

    void as_table(const JournalEntry& entry) {
        if (entry.kind != JournalEntry::Kind::batch) {
            print(fmt::format("{}\t{}\t{}\n", entry.offset, entry.port, mark(entry)));
            ++printed_;
            return;
        }
        const Schema& schema = *entry.batch.schema();
        std::string text;
        if (!same(schema_, entry.batch.schema())) {
            schema_ = entry.batch.schema();
            text = "offset\tport";
            for (const Field& field : schema.fields()) {
                text += "\t" + field.name;
            }
            text += '\n';
        }
        const std::size_t rows = rows_to_print(entry.batch);
        for (std::size_t row = 0; row < rows; ++row) {
            text += fmt::format("{}\t{}", entry.offset, entry.port);
            for (std::size_t column = 0; column < schema.size(); ++column) {
                text += '\t';
                append_value(text, entry.batch, column, row);
            }
            text += '\n';
        }
        print(text);
        printed_ += rows;
    }

    const JournalArgs& args_;
    std::uint64_t printed_ = 0;
    SchemaPtr schema_;
};

}  // namespace

int print_entries(const NodeJournal& journal, const JournalArgs& args) {
    Printer printer(args);
    std::size_t damaged = 0;
    for (const Segment& segment : journal.segments) {
        const bool last = &segment == &journal.segments.back();
        if (printer.done() || (!last && segment.next <= args.from) ||
            segment.name.first >= args.to.value_or(~std::uint64_t{0})) {
            continue;
        }
        damaged += survey(system_files(), segment, last, std::ref(printer)).damage.size();
    }
    if (damaged > 0) {
        print_error(
            fmt::format("error: {} places are damaged and what stood there is left out; `tsflow "
                        "journal check` names them\n",
                        damaged));
        return exit_failed;
    }
    return exit_ok;
}

}  // namespace tsflow::cli
