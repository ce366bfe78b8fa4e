#include "runtime/letter_source.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "runtime/letter.hpp"
#include "tsflow/error.hpp"

namespace tsflow {
namespace {

constexpr std::size_t most_rows = 4'096;

}  // namespace

Ports LetterSource::outputs() const {
    Ports ports;
    for (const Part& part : parts_) {
        for (const Port& input : part.inputs) {
            ports.push_back({fmt::format("out_{}", ports.size()), input.schema, true});
        }
    }
    return ports;
}

void LetterSource::open(Context&) {
    part_ = 0;
    next_part();
}

void LetterSource::next_part() {
    in_ = {};
    read_ = 0;
    if (part_ < parts_.size()) {
        in_.open(parts_[part_].file, std::ios::binary);
        if (!in_) {
            throw Error(
                fmt::format("cannot read the dead letters '{}'", parts_[part_].file.string()));
        }
    }
}

void LetterSource::give(Emitter& out) {
    if (rows_ && !rows_->empty()) {
        out.emit(rows_->finish(), port_);
    }
}

Poll LetterSource::poll(Emitter& out, Millis) {
    for (std::size_t taken = 0; part_ < parts_.size() && taken < most_rows;) {
        const Part& part = parts_[part_];
        std::string line;
        if (read_ >= part.length) {
            ++part_;
            next_part();
            continue;
        }
        if (!std::getline(in_, line)) {
            throw Error(fmt::format("the dead letters '{}' ended early", part.file.string()));
        }
        read_ += line.size() + 1;
        if (!part.ids.contains(letter_id(line))) {
            continue;
        }
        const Letter letter = decode_letter(line);
        const auto input = std::find_if(part.inputs.begin(), part.inputs.end(),
                                        [&](const Port& port) { return port.name == letter.port; });
        const std::size_t port =
            part.first_port + static_cast<std::size_t>(input - part.inputs.begin());
        if (!rows_ || port != port_) {
            give(out);
            rows_.emplace(input->schema);
            port_ = port;
        }
        rows_->push_row(letter.row, 0);
        ++taken;
    }
    give(out);
    return part_ < parts_.size() ? Poll::more : Poll::done;
}

}  // namespace tsflow
