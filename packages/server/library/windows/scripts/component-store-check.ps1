# Checks the health of the component store, from which updates are installed; changes nothing.
# Facts: componentStore (Healthy, Repairable or NonRepairable).
# Exit codes: 0 healthy, 1 damaged, or it could not be checked.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

function Publish-Fact([string] $Name, [string] $Value) {
    if ([string]::IsNullOrEmpty($env:PATCHBAY_FACTS)) { return }
    # This method writes UTF-8 without a byte order mark.
    [System.IO.File]::AppendAllText($env:PATCHBAY_FACTS, $Name + '=' + ($Value -replace '[\r\n]+', ' ') + "`n")
}

function Stop-Script([int] $Code, [string] $Message) {
    [Console]::Error.WriteLine($Message)
    exit $Code
}

try {
    if ($env:PATCHBAY_SCAN -eq 'true') { $image = Repair-WindowsImage -Online -ScanHealth }
    else { $image = Repair-WindowsImage -Online -CheckHealth }
}
catch {
    Stop-Script 1 "the component store could not be checked: $($_.Exception.Message)"
}
$state = "$($image.ImageHealthState)"
Publish-Fact 'componentStore' $state
Write-Output "The component store is $state."
if ($state -ne 'Healthy') { Stop-Script 1 'Repair-WindowsImage -Online -RestoreHealth may repair it.' }
exit 0
