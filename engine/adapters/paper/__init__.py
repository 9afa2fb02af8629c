"""Forms on paper as PDF files: blank ones for hours without a system, and orders for technicians."""

from engine.adapters.paper.jobs import Blank, Choices, Job, Order
from engine.adapters.paper.printing import NotPrinted, PaperFailed, make_pdf, print_pdf

__all__ = ["Blank", "Choices", "Job", "NotPrinted", "Order", "PaperFailed", "make_pdf", "print_pdf"]
