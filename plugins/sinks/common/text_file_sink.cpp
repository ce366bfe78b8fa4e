#include "common/text_file_sink.hpp"

namespace tsflow {

void TextFileSink::open(Context&) {
    file_.open(path_);
    begun_ = false;
}

void TextFileSink::close() noexcept {
    file_.close();
}

void TextFileSink::probe(Context&) {
    AppendFile::probe(path_);
}

void TextFileSink::begin() {
    if (!begun_) {
        file_.start_anew();
        file_.next_batch().append(header());
        file_.keep();
        begun_ = true;
    }
}

void TextFileSink::write(const Batch& batch) {
    begin();
    format(batch, file_.next_batch());
    file_.keep();
}

void TextFileSink::commit(const Checkpoint&, StateWriter& state) {
    begin();
    state.text(layout());
    file_.commit(state);
}

void TextFileSink::restore(StateReader& state) {
    const std::string_view before = state.text();
    if (before != layout()) {
        throw Error("'" + path_.string() + "' was written as " + std::string{before} +
                    " up to the last checkpoint, and rows are now " + layout() +
                    "; choose another path, or delete the pipeline's state to write it anew");
    }
    file_.restore(state);
    begun_ = true;
}

Repeats TextFileSink::repeats() const noexcept {
    return AppendFile::is_stream(path_) ? Repeats::doubled : Repeats::removed;
}

}  // namespace tsflow
