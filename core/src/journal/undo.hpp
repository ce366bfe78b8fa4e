#pragma once

#include <exception>
#include <utility>

#include "tsflow/error.hpp"

namespace tsflow {

/// Takes a step back when the rest of its scope throws. What fails in that is left as it is: the next step on
/// the same file, or the next opening, deals with it.
template <class Step>
class Undo {
public:
    explicit Undo(Step step) : step_(std::move(step)) {}
    Undo(const Undo&) = delete;
    Undo& operator=(const Undo&) = delete;
    ~Undo() {
        if (!done_) {
            try {
                step_();
            } catch (const Error&) {
            }
        }
    }
    void dismiss() noexcept { done_ = true; }

private:
    Step step_;
    bool done_ = false;
};

}  // namespace tsflow
